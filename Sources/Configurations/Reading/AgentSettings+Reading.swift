internal import Model

extension AgentSettings {
    private static let form = "perigee://host:port"

    init?(_ node: ConfigurationNode, _ key: String, _ log: FaultLog) {
        var reader: MappingReader?
        var address: String?
        if case .scalar(let text, _) = node.value {
            address = text
        } else {
            reader = MappingReader(node, key: key, log: log)
            address = reader?.neededValue("address", Self.form) { $0 }
            identity = reader?.value("identity", "what perigee identity prints there") {
                Self.isIdentity($0) ? $0 : nil
            }
            reader?.finish()
        }
        guard let address else { return nil }
        // As an endpoint's host is read: with a dataset behind it.
        let isBare = address.hasPrefix("perigee://") && !address.dropFirst(10).contains { "/@# ".contains($0) }
        guard isBare, case .agent(let host, let port, _) = try? Endpoint(parsing: address + "/d") else {
            log.add(
                "this is no address of an agent", at: node.position, key: reader?.trail("address") ?? key,
                remedy: "write \(Self.form)")
            return nil
        }
        (self.host, self.port) = (host, port)
    }

    /// Whether `text` has the form of an identity: 56 letters and digits, with hyphens or without.
    private static func isIdentity(_ text: String) -> Bool {
        let letters = text.utf8.filter { $0 != 0x2d }
        return letters.count == 56
            && letters.allSatisfy {
                (0x32...0x37).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
            }
    }
}
