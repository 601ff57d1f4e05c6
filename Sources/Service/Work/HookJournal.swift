internal import Files
internal import Foundation
internal import Model

/// What is written down of the hooks of a run, so that none runs twice for the work of one attempt, whoever is killed when.
///
/// Before a hook begins, that it will is written through to the disk; the shell that runs it notes by itself that it has
/// begun and how it has ended, so that this is known also where the daemon does not live to see it. A hook goes on where the
/// daemon is killed, and its successor waits for it. Only where the hook itself was ended too, as by a loss of power, nobody
/// knows how far it came.
struct HookJournal: Sendable {
    /// What is known of a hook that an interrupted attempt may have begun.
    enum Past: Equatable {
        /// It has not begun.
        case never
        /// It ran to its end.
        case ended(status: Int32)
        /// It still runs, in the process group of this number.
        case running(group: Int32)
        /// It had begun, and nobody knows how it ended.
        case unknown
    }

    /// What a hook is called in it: its moment, and its number among those of the moment.
    struct Name: CustomStringConvertible {
        let moment: Hook.Moment
        let number: Int
        var description: String { "\(moment.rawValue)-\(number)" }
    }

    private let folder: String

    /// Runs a hook, its own notes beside it: `sh -c SCRIPT sh FOLDER/NAME COMMAND`.
    ///
    /// Its output goes to a file, since a pipe would end it where the daemon ends.
    static let script = """
        echo "$$ $(cut -d ' ' -f 22 /proc/$$/stat) $(cat /proc/sys/kernel/random/boot_id)" > "$1.begun.part" \
        && mv "$1.begun.part" "$1.begun" || exit 125
        /bin/sh -c "$2" > "$1.output" 2>&1
        status=$?
        echo $status > "$1.ended.part" && mv "$1.ended.part" "$1.ended"
        exit $status
        """

    /// The most output of a hook that is told, in bytes: its end.
    static let outputMax = 16 << 10

    /// The journal in a folder, which need not be there.
    init(_ folder: String) { self.folder = folder }

    /// The path that the notes of a hook begin with.
    func path(_ name: Name) -> String { "\(folder)/\(name)" }

    /// Forgets all: an attempt begins that does not go on with another one's work.
    func clear() { try? FileManager.default.removeItem(atPath: folder) }

    // MARK: Hooks

    /// What is known of a hook with this command.
    func past(_ name: Name, _ command: String) -> Past {
        guard let planned = text("\(name).planned"), let split = planned.firstIndex(of: "\n"),
            planned[planned.index(after: split)...] == command
        else { return .never }
        if let status = read("\(name).ended").flatMap({ Int32($0) }) { return .ended(status: status) }
        guard let begun = read("\(name).begun") else {
            // What runs in the same boot leaves its note, whoever is killed.
            return planned[..<split] == Self.boot ? .never : .unknown
        }
        let words = begun.split(separator: " ")
        guard words.count == 3, words[2] == Self.boot, let number = Int32(words[0]),
            Self.startTime(number) == words[1]
        else { return .unknown }
        return .running(group: number)
    }

    /// Notes, through to the disk, that a hook begins.
    ///
    /// - Throws: `io` where it cannot be written: the hook must not begin then.
    func plan(_ name: Name, _ command: String) throws {
        try makeFolder()
        for end in ["begun", "ended", "output"] { try? FileManager.default.removeItem(atPath: "\(path(name)).\(end)") }
        try write("\(Self.boot)\n\(command)", to: "\(name).planned")
    }

    /// Notes how a hook ended that could not do so itself.
    func end(_ name: Name, status: Int32) {
        if read("\(name).ended") == nil { try? write("\(status)\n", to: "\(name).ended") }
    }

    /// Forgets a hook that was ended on purpose.
    func forget(_ name: Name) { try? FileManager.default.removeItem(atPath: "\(path(name)).planned") }

    /// The end of what a hook has written.
    func output(_ name: Name) -> [String] {
        guard let file = FileHandle(forReadingAtPath: "\(path(name)).output") else { return [] }
        defer { try? file.close() }
        let size = (try? file.seekToEnd()) ?? 0
        try? file.seek(toOffset: size > Self.outputMax ? size - UInt64(Self.outputMax) : 0)
        let bytes = (try? file.read(upToCount: Self.outputMax)) ?? Data()
        return bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    }

    // MARK: The work between them

    /// Notes that the work has failed, before hooks are told.
    func note(_ failure: WorkResult) throws {
        guard case .failed(let canRetry) = failure.kind else { return }
        try makeFolder()
        let words = "\(canRetry ? "again" : "never")\n\(failure.code?.rawValue ?? "")\n\(failure.message)"
        try write(words, to: "failed")
    }

    /// The failure of the work that was noted.
    var failure: WorkResult? {
        guard let text = text("failed") else { return nil }
        let parts = text.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3 else { return nil }
        return WorkResult(
            .failed(canRetry: parts[0] == "again"), message: parts[2], code: PerigeeError.Code(rawValue: parts[1]))
    }

    private func makeFolder() throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    private func write(_ text: String, to name: String) throws {
        do {
            try FolderHandle(path: folder).replace(name, by: Array(text.utf8))
        } catch let error as PerigeeError {
            throw PerigeeError(
                .io, "it cannot be written: \(error.message)", at: "\(folder)/\(name)",
                remedy: "see that the state of the daemon can be written", cause: error, canRetry: true)
        }
    }

    private func text(_ name: String) -> String? {
        FileManager.default.contents(atPath: "\(folder)/\(name)").map { String(decoding: $0, as: UTF8.self) }
    }

    private func read(_ name: String) -> String? {
        guard var text = text(name) else { return nil }
        if text.hasSuffix("\n") { text.removeLast() }
        return text.isEmpty ? nil : text
    }

    // MARK: Processes

    private static let boot: String = {
        let data = FileManager.default.contents(atPath: "/proc/sys/kernel/random/boot_id") ?? Data()
        return String(decoding: data, as: UTF8.self).split(separator: "\n").first.map(String.init) ?? "unknown"
    }()

    /// When a process was started, as the system counts; nil where there is none, or it has ended.
    private static func startTime(_ process: Int32) -> Substring? {
        guard let data = FileManager.default.contents(atPath: "/proc/\(process)/stat") else { return nil }
        let text = String(decoding: data, as: UTF8.self)
        // The name of the program may hold anything; what follows it does not.
        guard let end = text.lastIndex(of: ")") else { return nil }
        let words = text[text.index(after: end)...].split(separator: " ")
        guard words.count > 19, words[0] != "Z", words[0] != "X" else { return nil }
        return words[19]
    }
}
