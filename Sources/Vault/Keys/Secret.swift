/// What opens a vault.
public enum Secret: Sendable {
    /// Something a person remembers; guessing is slowed down by scrypt.
    case passphrase([UInt8])
    /// At least ``keyFileBytesMin`` random bytes, which need no slowing down.
    case keyFile([UInt8])

    /// The fewest bytes of a key file.
    public static let keyFileBytesMin = 32
}

extension Secret: CustomStringConvertible, CustomReflectable {
    /// Never the bytes.
    public var description: String {
        switch self {
        case .passphrase: "passphrase (redacted)"
        case .keyFile: "key file (redacted)"
        }
    }
    /// Never the bytes.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
