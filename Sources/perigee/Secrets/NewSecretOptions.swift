internal import ArgumentParser
internal import Configurations
internal import Model
internal import Vault

/// What a new secret of an existing vault is read from.
struct NewSecretOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Read the new passphrase from this file.", valueName: "file"))
    var newPassphraseFile: String?

    @Option(help: ArgumentHelp("Read the new passphrase from this open file descriptor.", valueName: "number"))
    var newPassphraseFd: Int32?

    @Option(help: ArgumentHelp("Add the bytes of this file, at least 32, as a key.", valueName: "file"))
    var newKeyFile: String?

    @Option(
        help: ArgumentHelp(
            "Read the new passphrase from where a configuration could say: env:NAME, file:/path, credential:NAME.",
            valueName: "where"))
    var newPassphraseFrom: String?

    @Option(help: ArgumentHelp("Add the bytes from such a place, at least 32, as a key.", valueName: "where"))
    var newKeyFrom: String?

    func validate() throws {
        let named = [newPassphraseFile, newKeyFile, newPassphraseFrom, newKeyFrom].filter { $0 != nil }.count
        if named + (newPassphraseFd == nil ? 0 : 1) > 1 {
            throw ValidationError("name one new secret")
        }
    }

    /// The new secret: from the options, else from the terminal, asked twice; the environment's opens the vault.
    func secret(for place: String) throws -> Secret {
        if let newPassphraseFrom {
            return try ReferredSecret.passphrase(Self.reference(newPassphraseFrom, "--new-passphrase-from"))
        }
        if let newKeyFrom { return try ReferredSecret.keyFile(Self.reference(newKeyFrom, "--new-key-from")) }
        let options = try SecretOptions.named(newPassphraseFile, newPassphraseFd, newKeyFile, by: "--new-")
        return try options?.newSecret(for: place) ?? SecretOptions.askTwice(place)
    }

    private static func reference(_ text: String, _ option: String) throws -> SecretReference {
        if let reference = SecretReference(parsing: text) { return reference }
        throw PerigeeError(
            .usage, "it says of no secret where it is kept", at: option,
            remedy: "write env:NAME, file:/path or credential:NAME")
    }
}
