internal import Foundation

/// What the processes of this machine are at, for messages about those that do not end.
enum ProcessStates {
    /// A line for each thread of each process of a group: its number, state, what it waits for in the kernel, and words.
    static func describe(group: pid_t) -> String {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        let members = names.compactMap { name in pid_t(name) }.filter { getpgid($0) == group }
        return members.sorted().map { process($0) }.joined(separator: "\n")
    }

    private static func process(_ process: pid_t) -> String {
        let words = text("/proc/\(process)/cmdline").split(separator: "\0").joined(separator: " ")
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
        let lines = threads.map { thread(in: "/proc/\(process)/task/\($0)", called: $0) }
        return (["\(process): \(words)"] + lines).joined(separator: "\n")
    }

    private static func thread(in folder: String, called name: String) -> String {
        let lines = text("\(folder)/status").split(separator: "\n")
        let state = lines.first { $0.hasPrefix("State:") }?.dropFirst("State:".count) ?? ""
        return "  \(name)\(state), in \(text("\(folder)/wchan")), call \(text("\(folder)/syscall"))"
    }

    private static func text(_ path: String) -> String {
        let bytes = (try? FileHandle(forReadingFrom: URL(fileURLWithPath: path)).readToEnd()) ?? nil
        return String(decoding: bytes ?? Data(), as: UTF8.self).trimmingCharacters(in: .newlines)
    }
}
