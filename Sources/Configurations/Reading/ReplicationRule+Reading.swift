internal import Model

extension ReplicationRule {
    /// The most characters of an expression over sites.
    private static let expressionMax = 1024

    init?(_ node: ConfigurationNode, _ key: String, _ log: FaultLog) {
        guard var reader = MappingReader(node, key: key, log: log) else { return nil }
        let name = reader.value("name", Name.form, Name.parse)
        let dataset = reader.neededValue("dataset", "the name of a dataset", Name.parse)
        let copies = reader.needed("copies", "2") == nil ? nil : reader.integer("copies", in: 1...64)
        siteExpression = reader.value("site_expression", "an expression over attributes, as country=DE & owner=us") {
            $0.count <= Self.expressionMax ? $0 : nil
        }
        priority = reader.integer("priority", in: -1000...1000) ?? 0
        rpo = reader.value("rpo", "a span as 24h, 7d or 1h30m") { text in
            Period(parsing: text).flatMap { $0.seconds > 0 ? $0 : nil }
        }
        reader.finish()
        guard let dataset, let copies else { return nil }
        self.name = name ?? dataset
        self.dataset = dataset
        self.copies = copies
        position = node.position
    }
}
