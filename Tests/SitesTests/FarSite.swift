import Foundation
import Model
import Replication
import Storage
import TestSupport
import Vault

/// A tree here, and a vault in a folder that is reached by a line.
struct FarSite {
    let folder: TemporaryFolder
    let tree: String
    let cache: String
    let vault: DirectoryStore
    let state: StateFolder
    let secret = Secret.passphrase(Array("correct horse battery staple".utf8))
    let pair = EndpointPair(source: "tree", destination: "vault#d")

    init() throws {
        folder = try TemporaryFolder()
        tree = try folder.folder("tree")
        cache = try folder.folder("cache")
        state = StateFolder(path: try folder.folder("state"))
        vault = try DirectoryStore(path: folder.path("vault"), create: true)
        _ = try Vault.create(at: vault, secret: secret, options: VaultOptions(keyCost: .trivial))
    }

    /// Writes a file of the tree.
    func write(_ bytes: some Collection<UInt8>, _ name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: "\(tree)/\(name)"))
    }

    /// The report of a snapshot of the tree in `store`, opened as `vault`.
    func snapshot(in vault: Vault) throws -> RunReport {
        var report = RunReport(verb: "snapshot", source: "tree", destination: "far")
        try Archiver(
            root: tree, vault: vault, dataset: "d", pair: pair, context: RunContext(threads: 2, state: state)
        ).run(&report)
        return report
    }
}
