internal import Files
internal import Model

extension DirectoryStore {
    /// Walks the folders in the order of the keys; memory is for the names of one page, whatever the size of a folder.
    ///
    /// Versions are given for long blobs only: those of short ones would have to be read. Files and folders whose names
    /// are no part of a key, and links, are passed over.
    public func list(_ prefix: String, after cursor: BlobKey?, limit: Int) throws -> [BlobInfo] {
        guard limit > 0 else { return [] }
        var listing = DirectoryListing(prefix: prefix, cursor: cursor, limit: limit)
        try listing.visit(root, [])
        return listing.found
    }
}

/// One page of a listing in the making.
private struct DirectoryListing {
    /// A folder with fewer names than this is read once.
    private static let namesKeptLeast = 256

    private let prefix: [UInt8]
    private let cursor: [UInt8]?
    private let limit: Int
    private(set) var found: [BlobInfo] = []
    // For reading names, by one folder at a time; on the stack it would be there once for each folder of a key.
    private let scratch = IOBuffer(count: 64 << 10)

    init(prefix: String, cursor: BlobKey?, limit: Int) {
        self.prefix = Array(prefix.utf8)
        self.cursor = cursor.map { Array($0.text.utf8) }
        self.limit = limit
    }

    /// Adds what lies in `folder`, the keys of which begin with `path`, until the page is full.
    mutating func visit(_ folder: FolderHandle, _ path: [UInt8]) throws {
        var last: [UInt8]?
        repeat {
            let kept = max(Self.namesKeptLeast, limit - found.count)
            let children = try smallest(kept, folder, path, after: last)
            for child in children {
                if child.last == UInt8(ascii: "/") {
                    // A folder that was removed meanwhile has nothing to list.
                    if let inner = try existing({ () throws(PerigeeError) in try folder.folder(child.dropLast()) }) {
                        try visit(inner, path + child)
                    }
                } else {
                    try add(folder, child, path)
                }
                if found.count == limit { return }
            }
            last = children.count == kept ? children.last : nil
        } while last != nil
    }

    /// The first `count` names in a folder that can lead to wanted keys; those of folders end with `/`.
    ///
    /// With that `/` they are in the order of the keys: `a-b` is before `a/b`.
    private func smallest(
        _ count: Int, _ folder: FolderHandle, _ path: [UInt8], after last: [UInt8]?
    ) throws -> [[UInt8]] {
        var names = [[UInt8]]()
        try folder.forEachName(scratch: scratch.bytes) { bytes, kind in
            guard bytes.first != UInt8(ascii: ".") else { return }
            var name = Array(bytes)
            switch try kind ?? folder.status(name)?.kind {
            case .directory: name.append(UInt8(ascii: "/"))
            case .file: break
            default: return
            }
            if let last, !last.lexicographicallyPrecedes(name) { return }
            guard isWanted(path + name) else { return }
            names.append(name)
            if names.count >= 2 * count { Self.keep(count, &names) }
        }
        Self.keep(count, &names)
        return names
    }

    private static func keep(_ count: Int, _ names: inout [[UInt8]]) {
        names.sort { $0.lexicographicallyPrecedes($1) }
        names.removeLast(max(0, names.count - count))
    }

    /// Whether `key`, or keys below it if it ends with `/`, are asked for.
    private func isWanted(_ key: [UInt8]) -> Bool {
        let isFolder = key.last == UInt8(ascii: "/")
        // No key is so long, so nothing below can be one, however deep somebody has made it.
        guard key.count <= BlobKey.lengthMax else { return false }
        guard key.starts(with: prefix) || (isFolder && prefix.starts(with: key)) else { return false }
        guard let cursor else { return true }
        return cursor.lexicographicallyPrecedes(key) || (isFolder && cursor.starts(with: key))
    }

    private mutating func add(_ folder: FolderHandle, _ name: [UInt8], _ path: [UInt8]) throws {
        guard let key = BlobKey(String(decoding: path + name, as: UTF8.self)), let status = try folder.status(name),
            status.kind == .file
        else { return }
        let isHashed = status.size <= UInt64(DirectoryStore.hashedLengthMax)
        found.append(
            BlobInfo(
                key: key, size: ByteCount(status.size), version: isHashed ? nil : DirectoryStore.version(status),
                modified: status.modified))
    }

    /// What `body` gives, or nil where it is not there.
    private func existing<Value>(_ body: () throws(PerigeeError) -> Value) throws(PerigeeError) -> Value? {
        do throws(PerigeeError) {
            return try body()
        } catch {
            if error.code == .notFound { return nil }
            throw error
        }
    }
}
