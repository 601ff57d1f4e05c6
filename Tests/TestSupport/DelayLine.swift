internal import Model
internal import Storage
internal import Wire
internal import Workers

/// Bytes under way: each piece reaches the other end after a delay, and no more pass in a second than the rate says.
final class DelayLine: Sendable {
    private struct State {
        var pieces: [(due: Duration, bytes: [UInt8])] = []
        var count = 0
        var free = Duration.zero
        var isFinished = false
        var failure: (any Error)?
    }

    /// Bytes under way at most.
    private static let countMax = 64 << 20

    private let base: any ByteStream
    private let delay: Duration
    private let rate: ByteRate?
    private let clock = SystemStoreClock()
    private let state = Monitor(State())

    init(_ base: any ByteStream, delay: Duration, rate: ByteRate?) {
        self.base = base
        self.delay = delay
        self.rate = rate
        Companion { self.run() }.leave()
    }

    /// Takes bytes over, after waiting for room at the sender.
    func put(_ bytes: [UInt8]) throws {
        try state.wait { state -> Void? in
            if let failure = state.failure { throw failure }
            guard state.count < Self.countMax else { return nil }
            let start = max(state.free, clock.now())
            let seconds = rate.map { Double(bytes.count) / $0.bytesPerSecond } ?? 0
            state.free = start + .seconds(seconds)
            state.pieces.append((state.free + delay, bytes))
            state.count += bytes.count
            return ()
        }
        // A sender is held up by the rate, as by a full buffer of its system.
        if let rate {
            let ahead = state.read { $0.free } - clock.now()
            let most = Duration.seconds(65536 / rate.bytesPerSecond)
            if ahead > most { clock.sleep(ahead - most) }
        }
    }

    /// The other end reads the end after what is under way.
    func finish() { state.change { $0.isFinished = true } }

    /// What is under way is lost.
    func close() {
        state.change { $0.failure = $0.failure ?? PerigeeError(.io, "the link was closed", canRetry: true) }
    }

    private func run() {
        while true {
            let piece = state.wait { state -> (due: Duration, bytes: [UInt8])?? in
                if state.failure != nil { return .some(nil) }
                guard !state.pieces.isEmpty else { return state.isFinished ? .some(nil) : nil }
                let piece = state.pieces.removeFirst()
                state.count -= piece.bytes.count
                return piece
            }
            guard let piece else { break }
            clock.sleep(piece.due - clock.now())
            do {
                try piece.bytes.withUnsafeBytes { try base.write($0) }
            } catch {
                state.change { $0.failure = $0.failure ?? error }
            }
        }
        base.finishWriting()
    }
}
