public import Calibration
internal import Files
internal import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The ledger of a state folder: one file of lines, each a transfer with a checksum.
///
/// A line is added in one write at the end, under an flock(2): what a crash or a full disk cuts is passed over, and the
/// next line begins on its own. Where the file has grown too long its last lines are put into a new one, which takes its
/// place whole. What is damaged is passed over; a file that is none of ours, or far too long, is begun anew.
public struct LedgerFile: TransferLedger {
    /// So many transfers are kept when the file is shortened.
    public static let recordsMax = 5000
    /// It is shortened where it is longer than this.
    public static let sizeMax = 4 << 20
    private static let head = "perigee transfers 1"
    /// Somebody else may hold the lock for so long: tries, and microseconds between them.
    private static let patience = (tries: 200, pause: UInt32(10_000))

    private let path: String
    private let sizeMax: Int

    /// The ledger in `state`.
    public init(state: StateFolder) { self.init(state: state, sizeMax: Self.sizeMax) }

    /// The ledger in `state`, which is shortened where it is longer than `sizeMax`.
    package init(state: StateFolder, sizeMax: Int) {
        path = "\(state.path)/transfers"
        self.sizeMax = sizeMax
    }

    /// Adds a line.
    ///
    /// - Throws: where the file cannot be written, or is locked for longer than two seconds.
    public func record(_ transfer: TransferRecord) throws {
        try makeFolders(above: path)
        let file = try locked()
        let size = try file.status().size
        let line = transfer.line.text + "\n"
        guard isOurs(file, size) else { return try replace(with: [line]) }
        var text = size == 0 ? Self.head + "\n" : ""
        if size > 0, !Self.endsLine(file, size) { text = "\n" }
        text += line
        if size + UInt64(text.utf8.count) > UInt64(sizeMax) {
            let kept = try last(Self.kept(sizeMax)).map { $0.line.text + "\n" }
            return try replace(with: kept + [line])
        }
        try Array(text.utf8).withUnsafeBytes { try file.write($0, at: size) }
    }

    /// The last transfers, the oldest first; none where there is no file, or it is none of ours.
    public func last(_ count: Int) throws -> [TransferRecord] {
        guard count > 0, let bytes = StateFile.read(path, limit: 2 * sizeMax) else { return [] }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        guard lines.first == Self.head[...] else { return [] }
        return lines.dropFirst().compactMap { LedgerLine(parsing: $0) }.compactMap(TransferRecord.init).suffix(count)
    }

    /// So many lines are kept of a file that is to be well below `sizeMax`: a line is a few hundred bytes.
    private static func kept(_ sizeMax: Int) -> Int { min(recordsMax, sizeMax / 1024) }

    /// The file, made where it is missing, its lock held until it closes.
    private func locked() throws -> OpenFile {
        for _ in 0..<Self.patience.tries {
            // A pipe in its place must not keep anybody waiting.
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
            guard descriptor >= 0 else { throw posixError(errno, "cannot open the ledger", path) }
            let file = OpenFile(descriptor: descriptor, place: path)
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
                // Whoever shortened it meanwhile has put another file in its place.
                var (mine, there) = (stat(), stat())
                if fstat(descriptor, &mine) == 0, stat(path, &there) == 0, mine.st_ino == there.st_ino {
                    guard mine.st_mode & S_IFMT == S_IFREG else {
                        throw PerigeeError(.io, "it is no file", at: path, remedy: "remove it")
                    }
                    return file
                }
                continue
            }
            guard errno == EWOULDBLOCK || errno == EINTR else { return file }
            usleep(Self.patience.pause)
        }
        throw PerigeeError(.io, "somebody else holds the ledger for too long", at: path, remedy: "run it again")
    }

    private func isOurs(_ file: borrowing OpenFile, _ size: UInt64) -> Bool {
        if size == 0 { return true }
        guard size <= UInt64(2 * sizeMax) else { return false }
        let head = Array((Self.head + "\n").utf8)
        var start = [UInt8](repeating: 0, count: head.count)
        let count = try? start.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
        return count == start.count && start == head
    }

    private static func endsLine(_ file: borrowing OpenFile, _ size: UInt64) -> Bool {
        var last: [UInt8] = [0]
        let count = try? last.withUnsafeMutableBytes { try file.read(into: $0, at: size - 1) }
        return count == 1 && last[0] == UInt8(ascii: "\n")
    }

    private func replace(with lines: [String]) throws {
        let file = try StateFile(replacing: path)
        try file.write(Array(([Self.head + "\n"] + lines).joined().utf8))
        try file.finish()
    }
}
