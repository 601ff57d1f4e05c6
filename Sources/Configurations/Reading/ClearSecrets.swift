/// Finds secrets that stand in a file in clear, in whatever section.
struct ClearSecrets {
    private static let keys: Set<String> = [
        "passphrase", "password", "secret", "token", "secret_key", "access_key", "session_token", "api_key",
        "private_key", "key_file", "secret_access_key", "aws_secret_access_key", "authorization",
    ]

    private let log: FaultLog

    /// A search that tells `log`.
    init(_ log: FaultLog) { self.log = log }

    /// Tells of each value below `node` that is a secret, without repeating it.
    func check(_ node: ConfigurationNode, key: String) {
        switch node.value {
        case .sequence(let items):
            for (index, item) in items.enumerated() { check(item, key: "\(key)[\(index)]") }
        case .mapping(let members):
            for member in members {
                let trail = KeyTrail.joined(key, member.key)
                if Self.keys.contains(member.key.lowercased()), case .scalar(let text, _) = member.value.value,
                    member.value.scalar != .null, SecretReference(parsing: text) == nil
                {
                    fault(member.value.position, trail)
                } else {
                    check(member.value, key: trail)
                }
            }
        case .scalar(let text, _):
            if Self.hasPassword(text) { fault(node.position, key) }
        }
    }

    /// Whether `text` is a URL with a password: `https://user:secret@host`.
    private static func hasPassword(_ text: String) -> Bool {
        guard let scheme = text.firstRange(of: "://") else { return false }
        let authority = text[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard let at = authority.lastIndex(of: "@") else { return false }
        return authority[..<at].contains(":")
    }

    private func fault(_ position: Position, _ key: String) {
        log.add(
            "a secret stands here in clear", at: position, key: key,
            remedy: "take it out, change it where it is used, and write \(SecretReference.form)")
    }
}
