internal import Model

extension LinkSettings {
    /// What others read of a link.
    static let extraKeys = ["windows", "prices", "transit", "fixed_fee", "month_to_date", "efficiency"]

    init?(_ node: ConfigurationNode, _ key: String, _ log: FaultLog) {
        guard var reader = MappingReader(node, key: key, log: log) else { return nil }
        let from = reader.neededValue("from", "the name of a site", Name.parse)
        let to = reader.neededValue("to", "the name of a site", Name.parse)
        self.init(from: from ?? "", to: to ?? "", position: node.position)
        bandwidth = reader.value("bandwidth", "a rate as 1Gbit/s or 50MB/s", ByteRate.init(parsing:))
        roundTrip = reader.value("round_trip", "a time as 95ms", Words.seconds)
        loss = reader.number("loss", in: 0...0.99)
        limit = reader.value("limit", Words.rates, RateSchedule.init(parsing:))
        tariff = reader.text("tariff", "an entry of the price book")
        for name in Self.extraKeys {
            if let node = reader.node(name) { extras.append(.init(key: name, position: node.position, value: node)) }
        }
        reader.finish()
        guard let from, let to else { return nil }
        if from == to {
            reader.fault("to", "the link ends where it begins", remedy: "name two sites")
        }
    }
}
