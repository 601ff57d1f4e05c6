internal import Files
internal import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The folder in which a site keeps its key and the list of whom it trusts: `trust` in the state folder.
///
/// It and all in it are for their owner alone. A file is written aside, brought to the device and renamed over the old one.
public struct TrustFolder: Sendable {
    /// The folder's path.
    public let path: String

    /// No file in it is longer.
    static let fileMax = 1 << 20
    /// How long somebody waits who wants to change something while another does.
    static let lockWait = Duration.seconds(10)

    /// The folder in the state folder `state`, which need not be there yet.
    public init(state: String) { path = "\(state)/trust" }

    /// The path of the file `name` in it.
    public func file(_ name: String) -> String { "\(path)/\(name)" }

    /// The bytes of the file `name`; nil where there is none.
    func read(_ name: String) throws -> [UInt8]? {
        do {
            let file = try OpenFile(reading: file(name))
            let size = try file.status().size
            guard size <= UInt64(Self.fileMax) else {
                throw PerigeeError(
                    .limit, "it is longer than \(Self.fileMax) bytes", at: file.place,
                    remedy: "put the file back from a copy")
            }
            var bytes = [UInt8](repeating: 0, count: Int(size))
            let count = try bytes.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
            return Array(bytes[..<count])
        } catch let error as PerigeeError where error.code == .notFound {
            return nil
        }
    }

    /// What tells one state of the file `name` from another without reading it; nil where there is none.
    func stamp(_ name: String) -> Guard? { try? OpenFile(reading: file(name)).status().identity }

    /// Runs `body` while nobody else changes what is in the folder; makes the folder where there is none.
    func locked<Result>(_ body: (FolderHandle) throws -> Result) throws -> Result {
        try make()
        let folder = try FolderHandle(path: path)
        let end = ContinuousClock.now + Self.lockWait
        while try !folder.lock() {
            guard ContinuousClock.now < end else {
                throw PerigeeError(
                    .busy, "another program is changing what is trusted", at: path,
                    remedy: "run the same command again",
                    canRetry: true)
            }
            usleep(20_000)
        }
        return try body(folder)
    }

    /// The folder and those above it, this one for its owner alone.
    private func make() throws {
        var end = path.startIndex
        while let slash = path[end...].dropFirst().firstIndex(of: "/") {
            _ = mkdir(String(path[..<slash]), 0o700)
            end = slash
        }
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw posixError(errno, "cannot make the folder", path)
        }
    }
}
