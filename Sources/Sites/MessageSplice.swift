internal import Model
internal import Replication
internal import Storage
internal import Workers

/// Passes on what the two sides of some channels say to each other, until all of them have finished.
///
/// One message a direction is held, of at most 1 MiB: a side that does not take what comes holds the other up.
final class MessageSplice: Sendable {
    /// A side's end of a channel, and the other side's.
    typealias Pair = (a: any MessageChannel, b: any MessageChannel)

    private let pairs: [Pair]
    private let limit: TokenBucket?
    private let failure = Monitor<(any Error)?>(nil)

    /// How often it is looked whether the work is still wanted.
    private static let interval = Duration.milliseconds(100)

    /// A splice of `pairs`; what is passed on draws from `limit`.
    init(_ pairs: [Pair], limit: TokenBucket? = nil) { (self.pairs, self.limit) = (pairs, limit) }

    /// Passes on until all have finished.
    ///
    /// - Throws: what one of the channels failed with, or `interrupted` where `stop` was raised; all have then failed.
    func run(until stop: StopFlag) throws {
        let isOver = Monitor(false)
        let watch = Companion {
            repeat {
                do { try stop.check() } catch { return self.fail(error) }
            } while isOver.wait(for: Self.interval, until: { $0 ? true : nil }) == nil
        }
        let ways = pairs.flatMap { [(from: $0.a, to: $0.b), (from: $0.b, to: $0.a)] }
        let threads = ways.map { way in
            Companion {
                do { try self.pass(from: way.from, to: way.to) } catch { self.fail(error) }
            }
        }
        for thread in threads { thread.join() }
        isOver.change { $0 = true }
        watch.join()
        if let failure = failure.read({ $0 }) { throw failure }
    }

    private func pass(from source: any MessageChannel, to destination: any MessageChannel) throws {
        while let message = try source.receive() {
            limit?.take(message.count)
            try destination.send(message)
        }
        try destination.finish()
    }

    /// Ends all channels with `error`, unless they have ended with another one.
    private func fail(_ error: any Error) {
        let isFirst = failure.change { failure in
            defer { failure = failure ?? error }
            return failure == nil
        }
        guard isFirst else { return }
        for pair in pairs {
            pair.a.fail(error)
            pair.b.fail(error)
        }
    }
}
