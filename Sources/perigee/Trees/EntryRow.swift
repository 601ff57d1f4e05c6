internal import Model

/// A name in a tree or snapshot, as `ls` and `diff` show it.
struct EntryRow {
    /// Where it is.
    let path: TreePath
    /// What it is.
    let attributes: Attributes

    /// A line in the manner of `ls -l`.
    var line: String {
        let size = attributes.kind == .file ? Format.size(attributes.size) : "-"
        let padding = String(repeating: " ", count: max(0, 10 - size.utf8.count))
        let owner = "\(attributes.owner):\(attributes.group)"
        let ownerPadding = String(repeating: " ", count: max(0, 11 - owner.utf8.count))
        let target = attributes.kind == .symlink ? " -> \(TreePath.printable(attributes.target))" : ""
        let time = Timestamp(seconds: attributes.modified.seconds).rfc3339
        return "\(Self.mode(attributes))  \(owner)\(ownerPadding) \(padding)\(size)  \(time)  \(path)\(target)"
    }

    /// The members of a JSON object, without its braces.
    var members: String {
        var out = "\"path\":\(JSON.quoted(TreePath.printable(path.bytes))),\"kind\":\"\(Self.name(attributes.kind))\""
        out +=
            ",\"mode\":\"\(Self.octal(attributes.mode))\",\"owner\":\(attributes.owner),\"group\":\(attributes.group)"
        out += ",\"modified\":\"\(attributes.modified.rfc3339)\",\"size\":\(attributes.size)"
        if attributes.kind == .symlink { out += ",\"target\":\(JSON.quoted(TreePath.printable(attributes.target)))" }
        if let group = attributes.linkGroup { out += ",\"link_group\":\"\(String(group, radix: 16))\"" }
        if !attributes.extended.isEmpty {
            let names = attributes.extended.map { JSON.quoted(TreePath.printable($0.name)) }
            out += ",\"extended\":[\(names.joined(separator: ","))]"
        }
        return out
    }

    /// The word for a kind.
    static func name(_ kind: EntryKind) -> String {
        switch kind {
        case .file: "file"
        case .directory: "directory"
        case .symlink: "symlink"
        case .fifo: "fifo"
        case .characterDevice: "character_device"
        case .blockDevice: "block_device"
        case .socket: "socket"
        }
    }

    private static func octal(_ mode: UInt16) -> String {
        let digits = String(mode, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// `drwxr-xr-x`.
    private static func mode(_ attributes: Attributes) -> String {
        let kind =
            switch attributes.kind {
            case .file: "-"
            case .directory: "d"
            case .symlink: "l"
            case .fifo: "p"
            case .characterDevice: "c"
            case .blockDevice: "b"
            case .socket: "s"
            }
        var letters = Array("rwxrwxrwx")
        for bit in 0..<9 where attributes.mode >> (8 - bit) & 1 == 0 { letters[bit] = "-" }
        for (bit, index, set, unset) in [(11, 2, "s", "S"), (10, 5, "s", "S"), (9, 8, "t", "T")]
        where attributes.mode >> bit & 1 == 1 {
            letters[index] = Character(letters[index] == "x" ? set : unset)
        }
        return kind + String(letters)
    }
}
