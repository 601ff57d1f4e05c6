internal import Content
internal import Hashing
internal import Synchronization

/// A source's end of an estimate: it does all that it would do for a run, and counts the data that it would send in its place.
///
/// So files are opened, read, cut, put together and compressed by the code that sends them, and what is counted is what
/// would cross. Of very much data a part of the messages is compressed, chosen by their digests.
final class Rehearsal: Sendable {
    /// What a destination asks of it.
    struct Wish: Hashable, Sendable {
        /// Whether all data is to be compressed, and not only some of it.
        var measuresAll = false
        /// What the link carries, in bytes a second; zero where that is not known.
        var bytesPerSecond: UInt64 = 0
    }

    /// So many messages are compressed at most, of 512 KiB to 2 MiB each.
    static let messagesMax = 128

    /// What is assumed of a link that a run compresses by.
    static let adaptedAssumption = "how hard a run compresses depends on its link: it was rehearsed as fast as that is"

    /// Which messages are compressed.
    let sample: ChunkSample
    private let link: RehearsedLink?

    /// A rehearsal as `wish` has it.
    init(_ wish: Wish) {
        sample = ChunkSample(isComplete: wish.measuresAll, most: Self.messagesMax)
        link = wish.bytesPerSecond > 0 ? RehearsedLink(rate: Double(wish.bytesPerSecond)) : nil
    }

    /// How long sending `bytes` would have to wait, by a thread that would be `late` seconds later than it is.
    func wait(for bytes: Int, late: Double) -> Double {
        link?.wait(for: bytes, at: SystemClock.monotonic() + late) ?? 0
    }

    /// What the destination is told at the end: how much later all would have been sent.
    func lateMessage() -> [UInt8] {
        var out = MessageWriter(FileMessage.late)
        out.number(UInt64(min((link?.late ?? 0) * 1e6, 0x1p63)))
        return out.bytes
    }
}

/// A link that is not there: says how long whoever sends by it would wait.
///
/// It passes bytes at its rate, one message after the other, and takes so many ahead as the buffers on the way do. Times are
/// seconds by the clock of the run, and later than that by what a thread would have waited.
final class RehearsedLink: Sendable {
    /// What is taken ahead: the queue of the connection and the write under way, the buffers of a child process and of the
    /// system.
    static let room = 3 << 20

    private struct State {
        /// When all that was given would have passed.
        var free = 0.0
        /// When the last message would have been taken.
        var taken = 0.0
        /// When it was given in truth.
        var given = 0.0
    }

    private let rate: Double
    private let state = Mutex(State())

    /// A link that passes `rate` bytes a second.
    init(rate: Double) { self.rate = rate }

    /// How long a message of `bytes` that is given at `time` has to wait until it is taken, in seconds.
    func wait(for bytes: Int, at time: Double) -> Double {
        state.withLock { state in
            state.free = max(state.free, time) + Double(bytes) / rate
            let wait = max(0, state.free - Double(Self.room) / rate - time)
            state.taken = max(state.taken, time + wait)
            state.given = max(state.given, SystemClock.monotonic())
            return wait
        }
    }

    /// How much later than now all would have passed, in seconds.
    var late: Double { state.withLock { max(0, max($0.free, $0.taken) - $0.given) } }
}
