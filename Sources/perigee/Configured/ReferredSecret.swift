internal import Configurations
internal import Model
internal import Vault

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Secrets that the configuration refers to.
enum ReferredSecret {
    /// What opens the vaults of `site`; nil where the configuration does not say.
    ///
    /// - Throws: `key` where what it refers to is not there.
    static func ofVaults(at site: SiteSettings) throws -> Secret? {
        if let reference = site.keyFile { return try keyFile(reference) }
        return try site.passphrase.map { try passphrase($0) }
    }

    /// A passphrase: what is there, up to the first line break.
    ///
    /// - Throws: `key` where nothing is there.
    static func passphrase(_ reference: SecretReference) throws -> Secret {
        .passphrase(try SecretFile.line(bytes(reference), at: "\(reference)"))
    }

    /// A key file: all that is there.
    ///
    /// - Throws: `key` where nothing is there.
    static func keyFile(_ reference: SecretReference) throws -> Secret { .keyFile(try bytes(reference)) }

    /// A secret of one line as text.
    static func text(_ reference: SecretReference) throws -> String {
        String(decoding: try SecretFile.line(bytes(reference), at: "\(reference)"), as: UTF8.self)
    }

    private static func bytes(_ reference: SecretReference) throws -> [UInt8] {
        switch reference {
        case .file(let path): return try SmallFile.secret.read(path: path)
        case .environment(let name):
            if let value = Environment[name] { return Array(value.utf8) }
            throw PerigeeError(
                .key, "the variable is not set, and the configuration says that a secret is in it", at: "\(reference)",
                remedy: "set \(name), or name another place in the configuration")
        case .credential(let name):
            if let folder = Environment["CREDENTIALS_DIRECTORY"] {
                return try SmallFile.secret.read(path: "\(folder)/\(name)")
            }
            throw PerigeeError(
                .key, "there are no credentials of systemd here", at: "\(reference)",
                remedy: "run as a service with LoadCredential=\(name):..., or name --passphrase-file or --key-file")
        }
    }
}
