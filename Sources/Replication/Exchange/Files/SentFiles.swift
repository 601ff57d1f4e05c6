internal import Hashing
internal import Model
internal import Synchronization

/// What was sent in this run, by its content: the same again is not sent a second time.
///
/// Bounded: of small files the last ones, twice ``youngMax`` at most, and of large ones ``largeMax``.
final class SentFiles: Sendable {
    /// A file that was sent.
    struct Sent: Sendable {
        /// The request by which it was asked for.
        let id: UInt64
        let path: TreePath
    }

    private struct State {
        var young: [Digest: Sent] = [:]
        var old: [Digest: Sent] = [:]
        /// Large files by their size; the name of each once another one of that size has come.
        var large: [UInt64: [(sent: Sent, name: Digest?)]] = [:]
        var largeCount = 0
    }

    /// After so many small files those before the last as many are forgotten: some 10 MiB with their paths.
    private static let youngMax = 32_768
    /// So many large files are remembered.
    private static let largeMax = 4096

    private let state = Mutex(State())

    /// The first file with this content, if it was sent by another request; else `sent` is the first.
    func first(_ name: Digest, _ sent: Sent) -> Sent? {
        state.withLock { state in
            if let known = state.young[name] ?? state.old[name] { return known.id == sent.id ? nil : known }
            if state.young.count >= Self.youngMax { (state.old, state.young) = (state.young, [:]) }
            state.young[name] = sent
            return nil
        }
    }

    /// Large files of `size` that were sent before, with their names as far as these are known.
    func large(_ size: UInt64) -> [(sent: Sent, name: Digest?)] { state.withLock { $0.large[size] ?? [] } }

    /// A large file is about to be sent, or another's name was learnt.
    func note(_ sent: Sent, size: UInt64, name: Digest?) {
        state.withLock { state in
            if let place = state.large[size]?.firstIndex(where: { $0.sent.id == sent.id }) {
                state.large[size]?[place].name = name
            } else if state.largeCount < Self.largeMax {
                state.large[size, default: []].append((sent, name))
                state.largeCount += 1
            }
        }
    }
}
