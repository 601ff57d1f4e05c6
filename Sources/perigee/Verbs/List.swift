internal import ArgumentParser
internal import Content
internal import Files
internal import Hashing
internal import Model
internal import Replication
internal import Sites
internal import Vault
internal import Workers

/// Lists what is in a tree or snapshot.
struct List: Verb {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List a folder of a tree or snapshot.",
        discussion: """
            Names that are not text are shown with their bytes as \\xNN.

            EXAMPLES
              perigee ls vault:/backup#photos
              perigee ls vault:/backup#photos@latest~1 2026/summer --recursive
              perigee ls /data --json
              perigee ls /data --recursive --number 1000 --after 2026/summer/0999.jpg
              perigee ls me@host:/data docs
            """)

    @Argument(
        help: ArgumentHelp(
            "The tree, here or as user@host:/path, or the dataset as vault:/path#dataset@snapshot.",
            valueName: "endpoint"))
    var place: String

    @Argument(help: ArgumentHelp("A folder or file in it.", valueName: "path"))
    var path: String?

    @Flag(name: .shortAndLong, help: "List what is in its folders too.")
    var recursive = false

    @OptionGroup(title: "Part") var part: PageOptions
    @OptionGroup(title: "Secret") var secrets: SecretOptions
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func perform(_ context: Context) throws -> ExitStatus {
        let path = try InnerPath.parse(path)
        switch try LocalEnd(parsing: place) {
        case .tree(let root):
            return try listTree(root, path, context)
        case .remoteTree(let end): return try list(end, path, context)
        case .vault:
            let (vault, snapshot) = try VaultAccess.snapshot(place, secrets, context)
            var listing = try EntryListing(
                context, place: place, snapshot: snapshot.id.digest.hex, page: part.page())
            try listSnapshot(vault, snapshot, path, context) { try listing.add($0) }
            try listing.end()
            return .done
        }
    }

    private func listSnapshot(
        _ vault: Vault, _ snapshot: Snapshot, _ path: TreePath, _ context: Context, _ emit: (EntryRow) throws -> Bool
    ) throws {
        var cursor = EntryCursor(snapshot.tree, source: try vault.pages())
        guard let entry = try cursor.entry(at: path) else { throw InnerPath.missing(path, in: place) }
        guard entry.attributes.kind == .directory else {
            _ = try emit(EntryRow(path: entry.path, attributes: entry.attributes))
            return
        }
        if let after = try part.page().after, path < after {
            if recursive { try cursor.seek(to: after) } else { try cursor.seek(behind: after) }
        }
        while let entry = try cursor.next(), entry.path.isWithin(path) {
            try context.stop.check()
            guard try emit(EntryRow(path: entry.path, attributes: entry.attributes)) else { return }
            if !recursive, entry.attributes.kind == .directory { try cursor.seek(behind: entry.path) }
        }
    }

    private func listTree(_ root: String, _ path: TreePath, _ context: Context) throws -> ExitStatus {
        let tree = try SourceTree(root: root)
        let top = try InnerPath.look(path, in: tree, place)
        if top.attributes.kind == .directory, recursive { return try listDeep(tree, path, context) }
        let page = try part.page()
        var listing = try EntryListing(context, place: place, snapshot: nil, page: page)
        if top.attributes.kind == .directory {
            let root = try FolderHandle(path: root)
            let folder = path.isRoot ? root : try root.folder(path.bytes)
            for name in try folder.names().sorted(by: { $0.lexicographicallyPrecedes($1) }) {
                let inner = path.appending(name)
                // What is gone since it was listed is left out.
                guard !page.skips(inner), let entry = try? tree.scan(inner) else { continue }
                guard try listing.add(EntryRow(path: entry.path, attributes: entry.attributes)) else { break }
            }
        } else {
            _ = try listing.add(EntryRow(path: path, attributes: top.attributes))
        }
        try listing.end()
        return .done
    }

    private func list(_ end: RemoteEnd, _ path: TreePath, _ context: Context) throws -> ExitStatus {
        var question = TreeQuestion(recursive ? .beneath : .folder, at: path)
        question.begin(after: try part.page().after)
        let answer = try end.tree(context).look(question)
        // Nothing is printed before it is known that there is something.
        var next = try answer.next()
        var listing = try EntryListing(context, place: place, snapshot: nil, page: part.page())
        while let shown = next {
            try context.stop.check()
            guard try listing.add(EntryRow(path: shown.entry.path, attributes: shown.entry.attributes)) else { break }
            next = try answer.next()
        }
        try listing.end()
        for failure in answer.failures { Diagnostics.note("\(failure.path)", failure.error.message) }
        return answer.failures.isEmpty ? .done : .partial
    }

    private func listDeep(_ tree: SourceTree, _ path: TreePath, _ context: Context) throws -> ExitStatus {
        let page = try part.page()
        var listing = try EntryListing(context, place: place, snapshot: nil, page: page)
        let start = page.after.map { max(path, $0) } ?? path
        let scanner = tree.scanner(after: start)
        while let entry = try scanner.next() {
            try context.stop.check()
            guard start < entry.path else { continue }
            guard entry.path.isWithin(path) else { break }
            guard try listing.add(EntryRow(path: entry.path, attributes: entry.attributes)) else { break }
        }
        try listing.end()
        for failure in tree.failures { Diagnostics.note("\(failure.path)", failure.error.message) }
        return tree.failures.isEmpty ? .done : .partial
    }
}
