/// Which folders and files made a dataset grow, or shrink, from one snapshot to another.
struct Growth {
    /// A folder, down to the second level, with all that is below it.
    struct Folder {
        let name: String
        var new: UInt64 = 0
        var changed: UInt64 = 0
        var gone: UInt64 = 0
        var bytes: Int64 = 0
    }

    /// A file.
    struct File {
        let path: String
        /// In words.
        let change: String
        /// What it has now; nil where it is gone.
        let size: UInt64?
        let bytes: Int64
    }

    /// What changed most comes first.
    private(set) var folders: [Folder] = []
    /// What changed most comes first.
    private(set) var files: [File] = []
    /// Whether no change was left out.
    let isWhole: Bool

    /// What `document`, a perigee.diff/1, comes to.
    ///
    /// Folders as such and attributes are no growth.
    init(_ document: BodyReader.Value) {
        if case .null = document["next"] { isWhole = true } else { isWhole = false }
        var byName: [String: Folder] = [:]
        for change in document["changes"].values {
            let (old, new) = (Self.size(change["old"]), Self.size(change["new"]))
            guard old != nil || new != nil, change["change"].string != "attributes" else { continue }
            let bytes = Int64(clamping: new ?? 0) - Int64(clamping: old ?? 0)
            let path = change["path"].string
            let name = Self.folder(of: path)
            var folder = byName[name] ?? Folder(name: name)
            let (bytesBelow, overflows) = folder.bytes.addingReportingOverflow(bytes)
            folder.bytes = overflows ? folder.bytes : bytesBelow
            switch (old, new) {
            case (nil, _): folder.new += 1
            case (_, nil): folder.gone += 1
            default: folder.changed += 1
            }
            byName[name] = folder
            files.append(
                File(path: path, change: old == nil ? "new" : new == nil ? "gone" : "changed", size: new, bytes: bytes))
        }
        folders = byName.values.sorted { ($1.bytes.magnitude, $0.name) < ($0.bytes.magnitude, $1.name) }
        files.sort { ($1.bytes.magnitude, $0.path) < ($0.bytes.magnitude, $1.path) }
    }

    /// The bytes of an entry; nil where it is not there, or no file.
    private static func size(_ entry: BodyReader.Value) -> UInt64? {
        entry["kind"].string == "file" ? entry["size"].bytes ?? 0 : nil
    }

    private static func folder(of path: String) -> String {
        let parts = path.split(separator: "/").dropLast().prefix(2)
        return parts.isEmpty ? "./" : parts.joined(separator: "/") + "/"
    }
}
