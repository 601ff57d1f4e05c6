extension NoticeSettings {
    init?(_ node: ConfigurationNode, _ key: String, _ log: FaultLog) {
        guard var reader = MappingReader(node, key: key, log: log) else { return nil }
        let name = reader.neededValue("name", Name.form, Name.parse)
        let known = Event.allCases.map(\.rawValue).joined(separator: ", ")
        if reader.needed("events", "[failed, damaged]") == nil { return nil }
        let events = reader.list("events").compactMap { item in
            reader.value(item.node, at: item.key, "one of \(known)", Event.init(rawValue:))
        }
        let webhook = reader.value("webhook", "a URL as https://hooks.example.org/perigee") {
            Words.isURL($0) ? $0 : nil
        }
        let token = reader.secret("token")
        let mail = reader.value("mail", "an address of mail") { $0.contains("@") ? $0 : nil }
        let command = reader.text("command", "a command that takes a mail on its standard input")
        reader.finish()
        guard let name else { return nil }
        switch (webhook, mail) {
        case (let url?, nil): way = .webhook(url, token: token)
        case (nil, let address?): way = .mail(address, command: command ?? "sendmail -t")
        default:
            // What is there and wrong has been told already.
            guard (node["webhook"] == nil) == (node["mail"] == nil) else { return nil }
            log.add(
                "a webhook or a mail is needed, one of them", at: node.position, key: key,
                remedy: "write webhook: https://..., or mail: somebody@example.org")
            return nil
        }
        if token != nil, webhook == nil { reader.fault("token", "a token goes with a webhook", remedy: "remove it") }
        if command != nil, mail == nil { reader.fault("command", "a command goes with mail", remedy: "remove it") }
        self.name = name
        self.events = events
        position = node.position
    }
}
