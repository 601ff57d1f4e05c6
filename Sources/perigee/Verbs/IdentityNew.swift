internal import ArgumentParser
internal import Model
internal import Replication
internal import Trust

/// Makes this site's key.
struct IdentityNew: Verb {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Make this site's key pair.",
        discussion: """
            Whoever trusts an older identity does not trust the new one. An older key is put aside, never overwritten.

            EXAMPLES
              perigee identity new
              perigee identity new --replace
            """)

    @Flag(help: "Put the key that there is aside, and make another.") var replace = false
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func perform(_ context: Context) throws -> ExitStatus {
        let file = IdentityFile(TrustFolder(state: context.options.stateFolder))
        let (key, former) = try file.make(replacing: replace, at: SystemClock.now())
        let document = IdentityDocument(key, file, former: former)
        try context.finish(document) { document.text("identity new", $0) }
        return .done
    }
}
