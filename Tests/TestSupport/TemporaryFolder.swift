public import Files

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A folder of a test's own, removed with all that is in it when nobody holds it any more, or when the tests end.
public final class TemporaryFolder: Sendable {
    /// Its path.
    public let path: String
    /// It, opened.
    public let handle: FolderHandle
    private let ticket: TestsEnd.Ticket

    /// A new empty folder in `parent`, or in `TMPDIR` or `/tmp`.
    public init(in parent: String? = nil) throws {
        let parent = parent ?? getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        path = "\(parent)/perigee-test-\(String(UInt64.random(in: .min ... .max), radix: 16))"
        guard mkdir(path, 0o700) == 0 else { throw posixError(errno, "cannot make a test's folder", path) }
        handle = try FolderHandle(path: path)
        ticket = TestsEnd.add { [handle, path] in Self.remove(handle, path) }
    }

    deinit {
        TestsEnd.drop(ticket)
        Self.remove(handle, path)
    }

    private static func remove(_ folder: FolderHandle, _ path: String) {
        empty(folder)
        rmdir(path)
    }

    /// Where folders lie in memory, for tests that make very many names; nil where the system has no such place.
    public static var inMemory: String? { access("/dev/shm", W_OK) == 0 ? "/dev/shm" : nil }

    /// As ``inMemory``, where there are four gigabytes to be had; what servers keep should wait for no disk that others fill.
    static var inRoomyMemory: String? {
        guard let folder = inMemory else { return nil }
        var room = statvfs()
        guard statvfs(folder, &room) == 0, UInt64(room.f_bavail) * UInt64(room.f_frsize) >= 4 << 30 else { return nil }
        return folder
    }

    /// The path of `name` in it.
    public func path(_ name: String) -> String { "\(path)/\(name)" }

    /// A new empty folder in it.
    public func folder(_ name: String) throws -> String {
        guard mkdir(path(name), 0o755) == 0 else { throw posixError(errno, "cannot make a folder", path(name)) }
        return path(name)
    }

    /// Removes all names, whatever the depth: what lies in a folder moves up to the top before the folder is removed.
    private static func empty(_ top: FolderHandle) {
        var count = 0
        var hasChanged = true
        // Where nothing changes any more there is something that cannot be removed, such as a mount: leave it.
        while hasChanged, let names = try? top.names(), !names.isEmpty {
            hasChanged = false
            for name in names {
                if remove(name, in: top) { hasChanged = true }
                guard let folder = try? top.folder(name) else { continue }
                fchmod(folder.descriptor, 0o700)
                for inner in (try? folder.names()) ?? [] {
                    count += 1
                    let isGone =
                        remove(inner, in: folder)
                        || (try? folder.rename(inner, to: top, Array("moved-\(count)".utf8))) != nil
                    if isGone { hasChanged = true }
                }
                if remove(name, in: top) { hasChanged = true }
            }
        }
    }

    private static func remove(_ name: [UInt8], in folder: FolderHandle) -> Bool {
        (try? folder.unlink(name)) != nil || (try? folder.removeFolder(name)) != nil
    }
}
