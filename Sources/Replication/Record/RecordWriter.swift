internal import Files
internal import Hashing
internal import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Writes a record, entry by entry in path order, beside the old one, and puts it in its place when it is whole.
///
/// Layout, all numbers little-endian: the magic `PERIRECO`, a version (32 bits), 64 bytes that say what the record speaks
/// of, padded with zeros; then blocks: payload length (32 bits), first eight bytes of the payload's BLAKE3, payload of whole
/// entries. A block of length zero ends the file; without it the record was cut short.
final class RecordWriter {
    static let magic: StaticString = "PERIRECO"
    static let version: UInt32 = 1
    /// Where the first block begins.
    static let headSize = 12 + bindingSize
    /// How long the name of what a record speaks of can be.
    static let bindingSize = 64
    /// A block is written once it holds this much.
    static let blockSize = 256 << 10

    private let path: String
    private let file: OpenFile
    private var block: [UInt8] = []
    private var last: TreePath?

    /// A record at `path`.
    init(path: String) throws {
        self.path = path
        try makeFolders(above: path)
        file = try OpenFile(writing: path + ".new", mode: 0o600)
        block.reserveCapacity(Self.blockSize + 8192)
        try [UInt8](repeating: 0, count: Self.headSize).withUnsafeBytes { try file.write($0) }
    }

    /// Appends `entry`, whose path comes after all before it.
    func add(_ entry: RecordEntry) throws {
        if let last { precondition(last < entry.path, "a record is written in path order") }
        last = entry.path
        entry.encode(into: &block)
        if block.count >= Self.blockSize { try flush() }
    }

    /// Puts the record in the place of the old one, as speaking of `binding`.
    func finish(binding: String) throws {
        try flush()
        try [UInt8](repeating: 0, count: 12).withUnsafeBytes { try file.write($0) }
        var head = [UInt8]()
        Self.magic.withUTF8Buffer { head.append(contentsOf: $0) }
        withUnsafeBytes(of: Self.version.littleEndian) { head.append(contentsOf: $0) }
        head.append(contentsOf: binding.utf8.prefix(Self.bindingSize))
        try head.withUnsafeBytes { try file.write($0, at: 0) }
        guard rename(path + ".new", path) == 0 else { throw posixError(errno, "cannot put the record in place", path) }
    }

    private func flush() throws {
        guard !block.isEmpty else { return }
        let digest = block.withUnsafeBytes { Blake3.hash($0) }
        var head = [UInt8]()
        withUnsafeBytes(of: UInt32(block.count).littleEndian) { head.append(contentsOf: $0) }
        digest.withUnsafeBytes { head.append(contentsOf: $0.prefix(8)) }
        try head.withUnsafeBytes { try file.write($0) }
        try block.withUnsafeBytes { try file.write($0) }
        block.removeAll(keepingCapacity: true)
    }
}

/// Makes the folders above `path`, for this user alone; those that are there stay as they are.
func makeFolders(above path: String) throws {
    let names = path.split(separator: "/", omittingEmptySubsequences: true).dropLast()
    var folder = path.hasPrefix("/") ? "" : "."
    for name in names {
        folder += "/\(name)"
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            throw posixError(errno, "cannot make the folder", folder)
        }
    }
}
