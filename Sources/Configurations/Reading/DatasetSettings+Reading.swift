internal import Model

extension DatasetSettings {
    init?(_ member: ConfigurationNode.Member, _ key: String, _ log: FaultLog) {
        guard Name.isName(member.key) else {
            log.add("this is no name of a dataset", at: member.position, key: key, remedy: "write \(Name.form)")
            return nil
        }
        self.init(name: member.key, position: member.position)
        guard var reader = MappingReader(member.value, key: key, log: log) else { return nil }
        dataClass = reader.value("class", "the name of a class", Name.parse)
        source = reader.value("source", "the name of the site where people write", Name.parse)
        exclude = reader.texts("exclude", "a glob as \"*.tmp\"")
        include = reader.texts("include", "a glob as \"*.tmp\"")
        isOneFileSystem = reader.flag("one_file_system") ?? false
        replicas = reader.named("replicas").compactMap { ReplicaSettings($0.member, $0.key, self.name, log) }
        reader.finish()
    }
}
