#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Lets a test that runs as the superuser meet the refusals that ordinary users meet.
public enum OrdinaryUser {
    private typealias SetFileSystemUser = @convention(c) (uid_t) -> Int32

    // setfsuid(2) is not in Swift's view of the headers; it takes the rights of the superuser from the thread alone.
    private static let setUser = dlsym(nil, "setfsuid").map { unsafeBitCast($0, to: SetFileSystemUser.self) }

    /// Whether that can be: tests that need it are skipped where it cannot.
    public static var isPossible: Bool { geteuid() != 0 || setUser != nil }

    /// Runs `body` with the rights of nobody on files; for the superuser only this thread, and those it starts, change.
    public static func run(_ body: () throws -> Void) rethrows {
        guard geteuid() == 0 else { return try body() }
        guard let set = setUser else { preconditionFailure("ask first whether it is possible") }
        _ = set(65_534)
        defer { _ = set(0) }
        try body()
    }
}
