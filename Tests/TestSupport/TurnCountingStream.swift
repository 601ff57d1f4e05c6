internal import Synchronization
public import Wire

/// Counts how often one end of a line speaks after it was spoken to: round trips, where the line is long enough for all
/// that is said at once to leave before an answer comes.
public final class TurnCount: Sendable {
    private struct State {
        var turns = 0
        var wasSpokenTo = false
    }

    private let state = Mutex(State())

    /// A count of none.
    public init() {}

    /// How often so far.
    public var turns: Int { state.withLock { $0.turns } }

    fileprivate func hear() { state.withLock { $0.wasSpokenTo = true } }

    fileprivate func speak() {
        state.withLock { state in
            if state.wasSpokenTo { state.turns += 1 }
            state.wasSpokenTo = false
        }
    }
}

/// An end of a line whose turns are counted.
public final class TurnCountingStream: ByteStream {
    private let base: any ByteStream
    private let count: TurnCount

    /// What the other end is called.
    public var peer: String { base.peer }

    /// Counts the turns of `base`.
    public init(_ base: any ByteStream, _ count: TurnCount) { (self.base, self.count) = (base, count) }

    /// Reads, and notes that something came.
    public func read(into buffer: UnsafeMutableRawBufferPointer, for limit: Duration) throws -> Int? {
        let got = try base.read(into: buffer, for: limit)
        if let got, got > 0 { count.hear() }
        return got
    }

    /// Writes, and notes that something was said.
    public func write(_ bytes: UnsafeRawBufferPointer) throws {
        count.speak()
        try base.write(bytes)
    }

    /// The end after what was written.
    public func finishWriting() { base.finishWriting() }

    /// Both directions end.
    public func close() { base.close() }
}
