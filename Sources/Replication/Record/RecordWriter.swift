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
    static let version: UInt32 = 2
    private static let suffix = ".new"
    /// Where the first block begins.
    static let headSize = 12 + bindingSize
    /// How long the name of what a record speaks of can be.
    static let bindingSize = 64
    /// A block is written once it holds this much.
    static let blockSize = 256 << 10

    private let path: String
    /// Where it is written: each process has a name of its own, so that two runs at once do not write into one file.
    private let aside: String
    private let file: OpenFile
    private var isInPlace = false
    private var failure: (any Error)?
    private var block: [UInt8] = []
    private var last: TreePath?

    /// A record at `path`.
    init(path: String) throws {
        self.path = path
        aside = "\(path).\(getpid())\(Self.suffix)"
        try makeFolders(above: path)
        Self.sweep(path)
        file = try OpenFile(writing: aside, mode: 0o600)
        block.reserveCapacity(Self.blockSize + 8192)
        try [UInt8](repeating: 0, count: Self.headSize).withUnsafeBytes { try file.write($0) }
    }

    deinit { if !isInPlace { unlink(aside) } }

    /// Appends `entry`, whose path comes after all before it.
    ///
    /// What goes wrong here is told by ``finish(binding:)``: a run does not end for what it could remember.
    func add(_ entry: RecordEntry) {
        guard failure == nil else { return }
        if let last { precondition(last < entry.path, "a record is written in path order") }
        last = entry.path
        entry.encode(into: &block)
        guard block.count >= Self.blockSize else { return }
        do { try flush() } catch { failure = error }
    }

    /// Appends entries of another record as their bytes stand there; all come after what was added before.
    func add(copied bytes: UnsafeRawBufferPointer) {
        guard failure == nil else { return }
        block.append(contentsOf: bytes)
        // What they end with is not looked at: whoever reads a record checks the order.
        last = nil
        guard block.count >= Self.blockSize else { return }
        do { try flush() } catch { failure = error }
    }

    /// Writes what a record speaks of into its head.
    static func bind(_ file: borrowing OpenFile, to binding: String) throws {
        var head = [UInt8](binding.utf8.prefix(bindingSize))
        head.append(contentsOf: repeatElement(0, count: bindingSize - head.count))
        try head.withUnsafeBytes { try file.write($0, at: UInt64(headSize - bindingSize)) }
    }

    /// Puts the record in the place of the old one, as speaking of `binding`.
    func finish(binding: String) throws {
        if let failure { throw failure }
        try flush()
        try [UInt8](repeating: 0, count: 12).withUnsafeBytes { try file.write($0) }
        var head = [UInt8]()
        Self.magic.withUTF8Buffer { head.append(contentsOf: $0) }
        withUnsafeBytes(of: Self.version.littleEndian) { head.append(contentsOf: $0) }
        try head.withUnsafeBytes { try file.write($0, at: 0) }
        try Self.bind(file, to: binding)
        guard rename(aside, path) == 0 else { throw posixError(errno, "cannot put the record in place", path) }
        isInPlace = true
    }

    /// Removes what processes that were killed left of records at `path`.
    private static func sweep(_ path: String) {
        guard let slash = path.lastIndex(of: "/"), let folder = try? FolderHandle(path: String(path[..<slash])) else {
            return
        }
        let head = Array(path[path.index(after: slash)...].utf8) + [UInt8(ascii: ".")]
        for name in (try? folder.names()) ?? []
        where name.starts(with: head) && name.reversed().starts(with: suffix.utf8.reversed()) {
            let middle = String(decoding: name.dropFirst(head.count).dropLast(suffix.utf8.count), as: UTF8.self)
            guard let process = pid_t(middle), process != getpid(), kill(process, 0) != 0, errno == ESRCH else {
                continue
            }
            try? folder.unlink(name)
        }
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

/// Makes the folders above `path`, for this user alone unless `mode` says otherwise; those that are there stay as they are.
func makeFolders(above path: String, mode: mode_t = 0o700) throws {
    let names = path.split(separator: "/", omittingEmptySubsequences: true).dropLast()
    var folder = path.hasPrefix("/") ? "" : "."
    for name in names {
        folder += "/\(name)"
        guard mkdir(folder, mode) == 0 || errno == EEXIST else {
            throw posixError(errno, "cannot make the folder", folder)
        }
    }
}
