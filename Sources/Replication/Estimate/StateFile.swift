internal import Files
internal import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A file of the state folder that is written beside the old one and put in its place when it is whole.
final class StateFile {
    private let path: String
    private let aside: String
    private let file: OpenFile
    private var isFinished = false

    /// A new file that will be at `path`; the folders above are made.
    init(replacing path: String) throws {
        self.path = path
        aside = "\(path).\(getpid()).new"
        try makeFolders(above: path)
        file = try OpenFile(writing: aside, mode: 0o600)
    }

    deinit { if !isFinished { unlink(aside) } }

    /// Appends `bytes`.
    func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try file.write($0) } }

    /// Puts the file in its place.
    func finish() throws {
        guard rename(aside, path) == 0 else { throw posixError(errno, "cannot put it in place", path) }
        isFinished = true
    }

    /// The bytes of the file at `path`; nil where there is none, or it cannot be read or is longer than `limit`.
    static func read(_ path: String, limit: Int) -> [UInt8]? {
        guard let file = try? OpenFile(reading: path), let size = try? file.status().size, size <= UInt64(limit) else {
            return nil
        }
        var bytes = [UInt8](repeating: 0, count: Int(size))
        let count = try? bytes.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
        return count == bytes.count ? bytes : nil
    }
}
