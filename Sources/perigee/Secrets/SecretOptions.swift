internal import ArgumentParser
internal import Model
internal import Vault

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Where the secret of a vault comes from; never from the command line itself, which others can read.
struct SecretOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Read the passphrase from this file (its first line break ends it).", valueName: "file"))
    var passphraseFile: String?

    @Option(help: ArgumentHelp("Read the passphrase from this open file descriptor.", valueName: "number"))
    var passphraseFd: Int32?

    @Option(help: ArgumentHelp("Open the vault with the bytes of this file, at least 32.", valueName: "file"))
    var keyFile: String?

    // The variable that is looked at where no option says where the secret is; not for the command line.
    var variable = "PERIGEE_PASSPHRASE"

    private enum CodingKeys: CodingKey {
        case passphraseFile, passphraseFd, keyFile
    }

    func validate() throws {
        if [passphraseFile != nil, passphraseFd != nil, keyFile != nil].filter({ $0 }).count > 1 {
            throw ValidationError("name one of --passphrase-file, --passphrase-fd and --key-file")
        }
        if let passphraseFd, passphraseFd < 0 { throw ValidationError("a file descriptor is not negative") }
    }

    /// The secret that opens a vault: from the options, else from where the configuration says for a vault that was named
    /// by it, else `PERIGEE_PASSPHRASE`, else from the terminal.
    ///
    /// - Throws: `key` where there is none.
    func secret(for place: String) throws -> Secret {
        try given(place) ?? .passphrase(Terminal.ask("Passphrase of \(place): "))
    }

    /// The secret of a new vault, asked twice on a terminal.
    ///
    /// - Throws: `key` where there is none, or the two differ.
    func newSecret(for place: String) throws -> Secret {
        try given(place) ?? Self.askTwice(place)
    }

    /// Those of a command line that names no secret, of which that of the environment is in `variable`.
    static func usual(variable: String = "PERIGEE_PASSPHRASE") throws -> SecretOptions {
        // Options that were only made, and never read from arguments, have no values.
        var options = try SecretOptions.parse([])
        options.variable = variable
        return options
    }

    /// What other options of the same kind name; nil where they name nothing.
    ///
    /// - Parameter prefix: what the options' names begin with.
    /// - Throws: `usage` where several secrets are named.
    static func named(
        _ passphraseFile: String?, _ passphraseFd: Int32?, _ keyFile: String?, by prefix: String
    ) throws -> SecretOptions? {
        guard passphraseFile != nil || passphraseFd != nil || keyFile != nil else { return nil }
        var options = SecretOptions()
        (options.passphraseFile, options.passphraseFd, options.keyFile) = (passphraseFile, passphraseFd, keyFile)
        do {
            try options.validate()
        } catch {
            throw PerigeeError(
                .usage, "several secrets are named, or none that there can be", at: "\(prefix)key-file",
                remedy: "name one of \(prefix)passphrase-file, \(prefix)passphrase-fd and \(prefix)key-file")
        }
        return options
    }

    /// A passphrase, asked twice on a terminal.
    ///
    /// - Throws: `key` where there is no terminal, or the two differ.
    static func askTwice(_ place: String) throws -> Secret {
        let first = try Terminal.ask("New passphrase of \(place): ")
        guard try Terminal.ask("The same again: ") == first else {
            throw PerigeeError(.key, "the two passphrases differ", remedy: "run the command again; nothing was changed")
        }
        return .passphrase(first)
    }

    private func given(_ place: String) throws -> Secret? {
        if let keyFile { return .keyFile(try SmallFile.secret.read(path: keyFile)) }
        if let passphraseFile {
            return .passphrase(try SecretFile.line(SmallFile.secret.read(path: passphraseFile), at: passphraseFile))
        }
        if let passphraseFd {
            let place = "file descriptor \(passphraseFd)"
            let bytes = try SmallFile.secret.read(descriptor: passphraseFd, place: place)
            return .passphrase(try SecretFile.line(bytes, at: place))
        }
        if let site = NamedSites.current.site(of: place), let secret = try ReferredSecret.ofVaults(at: site) {
            return secret
        }
        return Environment[variable].map { .passphrase(Array($0.utf8)) }
    }
}
