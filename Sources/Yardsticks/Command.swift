internal import Files
public import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Other programs that work is held against.
public enum Command {
    /// Runs a program found on the path, its output thrown away, and waits for it.
    ///
    /// - Throws: `notFound` where there is no such program, `io` where it fails.
    public static func run(_ arguments: String...) throws(PerigeeError) {
        try run(arguments, output: "/dev/null")
    }

    /// What a program found on the path writes to its standard output, up to 1 MiB of it.
    ///
    /// - Throws: `notFound` where there is no such program, `io` where it fails.
    public static func output(of arguments: String...) throws(PerigeeError) -> String {
        let scratch = try ScratchFolder()
        let path = scratch.fresh("output")
        try run(arguments, output: path)
        let buffer = IOBuffer(count: 1 << 20)
        let count = try OpenFile(reading: path).read(into: buffer.bytes, at: 0)
        return String(decoding: buffer.bytes[..<count], as: UTF8.self)
    }

    private static func run(_ arguments: [String], output: String) throws(PerigeeError) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT, 0o600)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        // No signal blocked, whatever the thread at hand has blocked: programs that time themselves wait for one.
        var attributes = posix_spawnattr_t()
        var none = sigset_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process = pid_t()
        let failure = posix_spawnp(&process, arguments[0], &actions, &attributes, &words, environ)
        guard failure == 0 else {
            throw PerigeeError(
                .notFound, "\(arguments[0]) cannot be run", remedy: "install it: it is what is compared with")
        }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else { throw PerigeeError(.io, "\(arguments.joined(separator: " ")) failed") }
    }
}
