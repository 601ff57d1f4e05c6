internal import Files
internal import Model
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The folder `.staging` of a directory store, where blobs are written before they have their name.
///
/// Whoever writes a file holds an flock(2) on it, which the system ends with the process, however that ends: a file that
/// can be locked belongs to nobody. Where there are no locks, a file belongs to nobody after a day.
final class StagingFolder: Sendable {
    private static let name = Array(".staging".utf8)
    /// After how many seconds a file is left over, where the file system has no locks.
    private static let staleAfter = 86400.0

    private let root: FolderHandle
    private let modes: StoreModes
    // Opened, made and swept when the first file is wanted.
    private let opened = Mutex<FolderHandle?>(nil)

    init(_ root: FolderHandle, _ modes: StoreModes) {
        self.root = root
        self.modes = modes
    }

    /// A new file that is locked.
    func newFile() throws -> StagedFile {
        let folder = try opened.withLock { opened in
            if let folder = opened { return folder }
            let folder = try open()
            opened = folder
            return folder
        }
        while true {
            let random = UInt64.random(in: .min ... .max)
            let name = Array("\(getpid())-\(String(random, radix: 16))".utf8)
            let file = try folder.file(name, .creating(mode: modes.file))
            modes.apply(modes.file, to: file.descriptor)
            // A sweeper may have been quicker: then the file is locked, or has lost its name.
            if try claim(file), try file.status().links > 0 {
                return StagedFile(folder: folder, name: name, file: file)
            }
        }
    }

    private func open() throws -> FolderHandle {
        let result = root.makeFolderResult(Self.name, mode: modes.folder)
        guard result >= 0 || result == -EEXIST else { throw root.failure(-result, "cannot make the folder", Self.name) }
        let folder = try root.folder(Self.name)
        if result >= 0 { modes.apply(modes.folder, to: folder.descriptor) }
        sweep(folder)
        return folder
    }

    /// Removes what writers left behind that are no more, as far as this process may.
    private func sweep(_ folder: FolderHandle) {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let present = Timestamp(seconds: Int64(now.tv_sec))
        for name in (try? folder.names()) ?? [] {
            // Files come and go, and those of other users may be closed to us: what cannot be judged stays.
            guard let file = try? folder.file(name, .updating), let status = try? file.status(), status.kind == .file
            else { continue }
            let isFree: Bool? =
                flock(file.descriptor, LOCK_EX | LOCK_NB) == 0 ? true : errno == EWOULDBLOCK ? false : nil
            if isFree ?? (present.seconds(since: status.modified) > Self.staleAfter) { _ = folder.unlinkResult(name) }
        }
    }

    /// Whether nobody else has the file; true as well where there are no locks.
    private func claim(_ file: borrowing OpenFile) throws -> Bool {
        if flock(file.descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
        return errno != EWOULDBLOCK
    }
}

/// A file in the staging folder; its name is removed with it, unless it was moved.
struct StagedFile: ~Copyable {
    let folder: FolderHandle
    let name: [UInt8]
    let file: OpenFile
}
