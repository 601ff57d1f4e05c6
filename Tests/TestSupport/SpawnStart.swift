internal import CSpawn
internal import Foundation

/// What is to be done between the fork and the start of a program: its files, its folder, its signals, its group.
struct SpawnStart {
    private var actions = posix_spawn_file_actions_t()
    private var attributes = posix_spawnattr_t()

    init() {
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
    }

    /// Opens a file as this descriptor.
    mutating func open(_ descriptor: Int32, _ path: String, _ flags: Int32) {
        posix_spawn_file_actions_addopen(&actions, descriptor, path, flags, 0o644)
    }

    /// Has a descriptor be another one too.
    mutating func share(_ descriptor: Int32, _ other: Int32) {
        posix_spawn_file_actions_adddup2(&actions, descriptor, other)
    }

    /// Has it work in a folder.
    mutating func enter(_ folder: String) { cspawn_enter(&actions, folder) }

    /// Starts it in a group of its own, with no more descriptors than were opened and every signal as new.
    mutating func spawn(_ arguments: [String], _ environment: [String]) throws -> pid_t {
        cspawn_close_from(&actions, 3)
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
        var number: pid_t = 0
        let failed = Self.withWords(arguments) { words in
            Self.withWords(environment) { posix_spawnp(&number, arguments[0], &actions, &attributes, words, $0) }
        }
        guard failed == 0 else {
            throw ChildProcess.Failure(
                description: "\(arguments[0]) cannot be run: \(String(cString: strerror(failed)))")
        }
        return number
    }

    mutating func end() {
        posix_spawn_file_actions_destroy(&actions)
        posix_spawnattr_destroy(&attributes)
    }

    /// Words as C has them: pointers that end with none.
    private static func withWords<T>(_ words: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> T) -> T {
        let pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers)
    }
}
