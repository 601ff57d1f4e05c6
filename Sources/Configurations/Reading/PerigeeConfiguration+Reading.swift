public import Model

extension PerigeeConfiguration {
    /// What came of reading a file.
    public struct Reading: Sendable {
        /// The configuration; nil where anything is wrong.
        public var configuration: PerigeeConfiguration?
        /// All that is wrong, in the order of the file, up to ``ConfigurationLimits/faults``.
        public var faults: [ConfigurationFault]
        /// How many faults there are, listed or not.
        public var faultCount: Int
    }

    /// Reads the bytes of a file, and tells all that is wrong with it.
    public static func read(_ bytes: [UInt8]) -> Reading {
        let log = FaultLog()
        var reader = YAMLReader(log)
        var configuration: PerigeeConfiguration?
        if let node = reader.read(bytes) {
            ClearSecrets(log).check(node, key: "")
            configuration = PerigeeConfiguration(node, log)
        }
        return Reading(
            configuration: log.isEmpty ? configuration : nil, faults: log.faults, faultCount: log.count)
    }

    /// Reads the bytes of the file at `path`.
    ///
    /// - Throws: `usage` with the first fault's file, line, column and key as its place, where anything is wrong.
    public static func read(_ bytes: [UInt8], at path: String) throws(PerigeeError) -> PerigeeConfiguration {
        let reading = read(bytes)
        if let configuration = reading.configuration { return configuration }
        guard let first = reading.faults.first else { preconditionFailure("what is not sound has a fault") }
        var error = first.error(in: path)
        if reading.faultCount > 1 {
            error.remedy = "\(first.remedy) (perigee config check \(path) shows all \(reading.faultCount) faults)"
        }
        throw error
    }

    /// What `node` says; not to be used where `log` was told of faults.
    init?(_ node: ConfigurationNode, _ log: FaultLog) {
        guard var reader = MappingReader(node, key: "", log: log) else { return nil }
        if reader.needed("version", "\(Self.version)") != nil { _ = reader.integer("version", in: 1...Self.version) }
        here = reader.value("here", "the name of a site", Name.parse)
        sites = reader.named("sites").compactMap { SiteSettings($0.member, $0.key, log) }
        links = reader.list("links").compactMap { LinkSettings($0.node, $0.key, log) }
        datasets = reader.named("datasets").compactMap { DatasetSettings($0.member, $0.key, log) }
        rules = reader.list("replication").compactMap { ReplicationRule($0.node, $0.key, log) }
        notices = reader.list("notifications").compactMap { NoticeSettings($0.node, $0.key, log) }
        if let node = reader.node("limits") { limits = HostLimits(node, "limits", log) }
        priceBook = reader.text("price_book", "the path of a file of prices")
        for name in Self.sectionNames {
            guard let node = reader.node(name) else { continue }
            if node.scalar != nil {
                reader.fault(name, "a list or keys with values are needed here", remedy: "write them below, further in")
            }
            sections[name] = node
        }
        reader.finish()
        References(node, log).check()
    }
}
