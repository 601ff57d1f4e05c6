internal import Model

/// Passphrases in what was read.
enum SecretFile {
    /// `bytes` up to their first line break.
    ///
    /// - Throws: `key` where nothing is left.
    static func line(_ bytes: [UInt8], at place: String) throws -> [UInt8] {
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard !line.isEmpty else {
            throw PerigeeError(
                .key, "it holds no passphrase", at: place, remedy: "write the passphrase on its first line")
        }
        return Array(line)
    }
}
