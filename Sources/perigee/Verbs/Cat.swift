internal import ArgumentParser
internal import Files
internal import Model
internal import Replication
internal import Sites
internal import Vault
internal import Workers

/// Writes a file of a tree or snapshot to standard output.
struct Cat: Verb {
    static let configuration = CommandConfiguration(
        commandName: "cat",
        abstract: "Write a file of a tree or snapshot to standard output.",
        discussion: """
            What comes from a vault is authenticated and hashed again before it is written.

            EXAMPLES
              perigee cat vault:/backup#photos@latest~1 2026/list.txt
              perigee cat vault:/backup#models w.safetensors | b3sum
              perigee cat me@host:/data docs/list.txt
            """)

    @Argument(
        help: ArgumentHelp(
            "The tree, here or as user@host:/path, or the dataset as vault:/path#dataset@snapshot.",
            valueName: "endpoint"))
    var place: String

    @Argument(help: ArgumentHelp("The file in it.", valueName: "path"))
    var path: String

    @OptionGroup(title: "Secret") var secrets: SecretOptions
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func validate() throws {
        if global.json { throw ValidationError("cat writes the file itself: leave --json away") }
    }

    func perform(_ context: Context) throws -> ExitStatus {
        let path = try InnerPath.parse(path)
        switch try LocalEnd(parsing: place) {
        case .tree(let root): try copyFile(root, path, context)
        case .remoteTree(let end):
            try end.tree(context).look(TreeQuestion(.bytes, at: path)).forEachPiece { piece in
                try context.stop.check()
                try context.output.writeDirectly(piece)
            }
        case .vault:
            let (vault, snapshot) = try VaultAccess.snapshot(place, secrets, context)
            var cursor = EntryCursor(snapshot.tree, source: try vault.pages())
            guard let entry = try cursor.entry(at: path) else { throw InnerPath.missing(path, in: place) }
            try checkIsFile(entry.attributes)
            var stream = try FileStream(entry, of: vault)
            while let piece = try stream.next() {
                try context.stop.check()
                try context.output.writeDirectly(piece)
            }
        }
        return .done
    }

    private func copyFile(_ root: String, _ path: TreePath, _ context: Context) throws {
        let folder = try FolderHandle(path: root)
        try checkIsFile(InnerPath.look(path, in: SourceTree(root: root), place).attributes)
        let file = try folder.file(path.bytes, .reading)
        let buffer = IOBuffer(count: 1 << 20)
        var offset: UInt64 = 0
        while true {
            try context.stop.check()
            let count = try file.read(into: buffer.bytes, at: offset)
            try context.output.writeDirectly(UnsafeRawBufferPointer(rebasing: buffer.bytes[..<count]))
            offset += UInt64(count)
            if count < buffer.bytes.count { return }
        }
    }

    private func checkIsFile(_ attributes: Attributes) throws {
        guard attributes.kind != .file else { return }
        let remedy =
            attributes.kind == .symlink
            ? "it is a link to \(TreePath.printable(attributes.target)): name that" : "perigee ls shows what there is"
        throw PerigeeError(.usage, "\(path) is no file", at: place, remedy: remedy)
    }
}
