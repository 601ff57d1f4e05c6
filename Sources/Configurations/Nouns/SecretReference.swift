/// Where a secret is kept: the configuration names the place, never the secret.
public enum SecretReference: Hashable, Sendable {
    /// In an environment variable: `env:NAME`.
    case environment(String)
    /// In a file: `file:/path`.
    case file(String)
    /// Among the credentials that systemd hands to a service: `credential:NAME`.
    case credential(String)

    /// What a reference looks like, for messages.
    static let form = "where the secret is: env:NAME, file:/path or credential:NAME"

    /// Reads a reference; nil where `text` is none.
    public init?(parsing text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let name = String(parts[1])
        switch parts[0] {
        case "env":
            guard Self.isWord(name, and: "_"), name.first?.isNumber == false else { return nil }
            self = .environment(name)
        case "file":
            guard name.hasPrefix("/"), name.count > 1 else { return nil }
            self = .file(name)
        case "credential":
            guard Self.isWord(name, and: "_.-"), name.first != "." else { return nil }
            self = .credential(name)
        default: return nil
        }
    }

    private static func isWord(_ text: String, and others: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 255
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) || others.contains($0) }
    }
}

extension SecretReference: CustomStringConvertible {
    /// The reference as it is written.
    public var description: String {
        switch self {
        case .environment(let name): "env:\(name)"
        case .file(let path): "file:\(path)"
        case .credential(let name): "credential:\(name)"
        }
    }
}
