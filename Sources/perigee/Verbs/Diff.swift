internal import ArgumentParser
internal import Model
internal import Replication
internal import Workers

/// What differs between two trees or snapshots.
struct Diff: Verb {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show what differs between two trees or snapshots.",
        discussion: """
            + added, - removed, M other content, A other attributes, T another kind. Snapshots of one vault are compared \
            by their pages, in time that grows with what changed. Otherwise files of equal size and modification time \
            count as equal, unless --data has all bytes compared. Times of folders are left out. Of a tree on another \
            host, as user@host:/path, digests come here in the place of bytes.

            EXAMPLES
              perigee diff vault:/backup#photos@latest~1 vault:/backup#photos
              perigee diff vault:/backup#photos /home/me/photos --data
              perigee diff /data/a /data/b --json
              perigee diff /data/a me@host:/data/a
            """)

    @Argument(help: ArgumentHelp("The old side: a tree, or vault:/path#dataset@snapshot.", valueName: "old"))
    var old: String

    @Argument(help: ArgumentHelp("The new side.", valueName: "new"))
    var new: String

    @Flag(help: "Compare the bytes of all files, whatever their times say.")
    var data = false

    @OptionGroup(title: "Part") var part: PageOptions
    @OptionGroup(title: "Secret") var secrets: SecretOptions
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func perform(_ context: Context) throws -> ExitStatus {
        let page = try part.page()
        let (before, after) = (try side(old, page.after, context), try side(new, page.after, context))
        var listing = DiffListing(context, old: old, new: new, page: page)
        try listing.begin()
        if let first = before as? SnapshotSide, let second = after as? SnapshotSide,
            DiffWalk.canCompareByPages(first.vault, second.vault)
        {
            try DiffWalk.runByPages(first, second, after: page.after, stop: context.stop) { try listing.add($0) }
        } else {
            try DiffWalk(old: before, new: after, readsAll: data, after: page.after, stop: context.stop)
                .run { try listing.add($0) }
        }
        let failures = before.failures + after.failures
        try listing.end(failures)
        return failures.isEmpty ? .done : .partial
    }

    private func side(_ text: String, _ after: TreePath?, _ context: Context) throws -> any DiffSide {
        switch try LocalEnd(parsing: text) {
        case .tree(let root): return try TreeSide(root, after: after)
        case .remoteTree(let end): return try RemoteSide(end, withDigests: data, after: after, context)
        case .vault: break
        }
        let (vault, snapshot) = try VaultAccess.snapshot(text, secrets, context)
        return try SnapshotSide(vault, snapshot, after: after)
    }
}
