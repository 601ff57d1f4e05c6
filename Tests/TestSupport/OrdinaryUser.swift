#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Lets a test that runs as the superuser meet the refusals that ordinary users meet.
public enum OrdinaryUser {
    private typealias SetFileSystemUser = @convention(c) (uid_t) -> Int32

    /// Runs `body` with the rights of nobody on files; for the superuser only this thread, and those it starts, change.
    ///
    /// - Returns: false, without running `body`, where the system has no way to do that.
    public static func run(_ body: () throws -> Void) rethrows -> Bool {
        guard geteuid() == 0 else {
            try body()
            return true
        }
        // setfsuid(2) is not in Swift's view of the headers; it takes the rights of the superuser from the thread alone.
        guard let symbol = dlsym(nil, "setfsuid") else { return false }
        let set = unsafeBitCast(symbol, to: SetFileSystemUser.self)
        _ = set(65_534)
        defer { _ = set(0) }
        try body()
        return true
    }
}
