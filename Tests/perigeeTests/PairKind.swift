/// A kind of end that data can be brought from and to.
enum PairKind: String, CaseIterable, Sendable {
    /// A tree on the near site, on the far one by `ssh`, and at an agent there.
    case tree, shellTree, agentTree
    /// A vault in a folder of the near site, of the far one by `ssh`, at an agent there, and in an object store.
    case vault, shellVault, agentVault, bucket

    /// Whether it is plain files.
    var isTree: Bool { [.tree, .shellTree, .agentTree].contains(self) }

    /// Whether it is a vault in a folder.
    var isFolderVault: Bool { [.vault, .shellVault, .agentVault].contains(self) }
}
