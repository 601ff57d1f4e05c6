internal import ArgumentParser
internal import Model
internal import Vault

/// The secret of the vault that a run reads from, where it is not that of the one that it writes to.
struct FromSecretOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Read the passphrase of the vault to read from from this file.", valueName: "file"))
    var fromPassphraseFile: String?

    @Option(help: ArgumentHelp("Read that passphrase from this open file descriptor.", valueName: "number"))
    var fromPassphraseFd: Int32?

    @Option(help: ArgumentHelp("Open the vault to read from with the bytes of this file.", valueName: "file"))
    var fromKeyFile: String?

    /// As of the vault that is read from: from these options, else `PERIGEE_FROM_PASSPHRASE`, else what opens the other.
    ///
    /// - Throws: `usage` where several are named.
    func options(orElse secrets: SecretOptions) throws -> SecretOptions {
        if let options = try SecretOptions.named(fromPassphraseFile, fromPassphraseFd, fromKeyFile, by: "--from-") {
            return options
        }
        if Environment["PERIGEE_FROM_PASSPHRASE"] == nil { return secrets }
        return try SecretOptions.usual(variable: "PERIGEE_FROM_PASSPHRASE")
    }
}
