extension ShellSettings {
    private static let form = "user@host, or keys with values: host, user, port, command, remote_perigee"

    init?(_ node: ConfigurationNode, _ key: String, _ log: FaultLog) {
        if case .scalar(let text, _) = node.value {
            guard case .text = node.scalar, let (user, host) = Self.userAndHost(text) else {
                log.add("this names no host", at: node.position, key: key, remedy: "write \(Self.form)")
                return nil
            }
            (self.user, self.host) = (user, host)
            return
        }
        guard var reader = MappingReader(node, key: key, log: log) else { return nil }
        let host = reader.neededValue("host", "a host") { Self.isWord($0) ? $0 : nil }
        user = reader.value("user", "a user's name") { Self.isWord($0) ? $0 : nil }
        port = reader.integer("port", in: 1...65535).map { UInt16($0) }
        command = reader.text("command", "a command, as in: ssh -i ~/.ssh/backup")
        remotePerigee = reader.text("remote_perigee", "the path of perigee on that host")
        reader.finish()
        guard let host else { return nil }
        self.host = host
    }

    private static func userAndHost(_ text: String) -> (String?, String)? {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2, parts.allSatisfy(isWord) else { return nil }
        return parts.count == 2 ? (parts[0], parts[1]) : (nil, parts[0])
    }

    /// Whether `text` can be a user or a host, and is no option of `ssh`.
    private static func isWord(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 255 && text.first != "-"
            && text.unicodeScalars.allSatisfy {
                $0.value > 0x20 && $0.value != 0x7f && !"@:/".unicodeScalars.contains($0)
            }
    }
}
