internal import FoundationEssentials
internal import Model
internal import Workers

/// Ends work that needs more memory than it was given, where it can be gone on with.
///
/// What counts is memory that nothing but the process needs: pages of files that are mapped the system takes back as it likes.
final class MemoryWatch: Sendable {
    private let limit: UInt64
    private let state = Monitor<State>(.watching)
    private let thread = Monitor<Companion?>(nil)

    private enum State: Equatable {
        case watching
        /// So many bytes were more than there may be.
        case over(UInt64)
        case ended
    }

    /// How often is looked.
    private static let interval = Duration.milliseconds(200)

    /// Watches this process from now on; `stop` is raised where it uses more than `limit` bytes.
    init(_ limit: UInt64, _ stop: StopFlag) {
        self.limit = limit
        guard !isOver(stop) else { return }
        thread.change { $0 = Companion { self.watch(stop) } }
    }

    /// Ends the watching.
    ///
    /// - Throws: `limit` where there was more than there may be.
    func end() throws {
        let last = state.change { state in
            defer { if state == .watching { state = .ended } }
            return state
        }
        thread.change { $0.take() }?.join()
        guard case .over(let used) = last else { return }
        throw PerigeeError(
            .limit, "it needs \(ByteCount(used)) of memory, and may use \(ByteCount(limit))",
            at: ProcessBounds.memoryVariable,
            remedy: "raise limits.memory of the configuration, or lower limits.transfers or limits.threads")
    }

    private func watch(_ stop: StopFlag) {
        while state.wait(for: Self.interval, until: { $0 == .watching ? nil : true }) == nil {
            if isOver(stop) { return }
        }
    }

    private func isOver(_ stop: StopFlag) -> Bool {
        guard let used = Self.used, used > limit else { return false }
        state.change { if $0 == .watching { $0 = .over(used) } }
        stop.raise()
        return true
    }

    /// The memory that is this process's own; nil where the system does not say.
    private static var used: UInt64? {
        guard let data = FileManager.default.contents(atPath: "/proc/self/status") else { return nil }
        let lines = data.split(separator: UInt8(ascii: "\n"))
        guard let line = lines.first(where: { $0.starts(with: "RssAnon:".utf8) }) else { return nil }
        let digits = line.drop { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            .prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return UInt64(String(decoding: digits, as: UTF8.self)).map { $0 << 10 }
    }
}
