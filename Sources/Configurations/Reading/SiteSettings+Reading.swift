internal import Model

extension SiteSettings {
    /// What others read of a site.
    package static let extraKeys = ["tariff", "offers", "storage", "prices", "capacity", "carbon"]

    init?(_ member: ConfigurationNode.Member, _ key: String, _ log: FaultLog) {
        guard Name.isName(member.key) else {
            log.add("this is no name of a site", at: member.position, key: key, remedy: "write \(Name.form)")
            return nil
        }
        self.init(name: member.key, position: member.position)
        guard var reader = MappingReader(member.value, key: key, log: log) else { return nil }
        attributes = reader.named("attributes").compactMap { Attribute($0.member, $0.key, log) }
        if let node = reader.node("ssh") { shell = ShellSettings(node, reader.trail("ssh"), log) }
        if let node = reader.node("agent") { agent = AgentSettings(node, reader.trail("agent"), log) }
        if let node = reader.node("s3") { objectStore = ObjectStoreSettings(node, reader.trail("s3"), log) }
        vault = reader.value("vault", VaultPath.form, VaultPath.init(parsing:))
        passphrase = reader.secret("passphrase")
        keyFile = reader.secret("key_file")
        limit = reader.value("limit", Words.rates, RateSchedule.init(parsing:))
        for name in Self.extraKeys {
            if let node = reader.node(name) { extras.append(.init(key: name, position: node.position, value: node)) }
        }
        reader.finish()
        if shell != nil, agent != nil {
            reader.fault(
                "agent", "a site is reached by ssh or by an agent, not by both", remedy: "remove one of the two")
        }
        if passphrase != nil, keyFile != nil {
            reader.fault("key_file", "a passphrase is named too", remedy: "remove one of the two")
        }
    }
}

extension SiteSettings.Attribute {
    init?(_ member: ConfigurationNode.Member, _ key: String, _ log: FaultLog) {
        guard Name.isName(member.key) else {
            log.add("this is no name of an attribute", at: member.position, key: key, remedy: "write \(Name.form)")
            return nil
        }
        guard let scalar = member.value.scalar, scalar != .null else {
            log.add(
                "a text, a number, true or false is needed here", at: member.value.position, key: key,
                remedy: "write one value, as in country: DE")
            return nil
        }
        name = member.key
        value = scalar
    }
}
