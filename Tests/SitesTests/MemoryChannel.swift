import Model
import Replication
import Synchronization
import TestSupport
import Workers

/// Channels in memory that count, and can be told to damage what passes.
///
/// Each message carries how many messages had to come one after the other before it could be sent: half of the greatest
/// such number is how many round trips a run takes, whatever else goes on at the same time.
final class MemoryChannel: MessageChannel {
    /// What both channels of one side share.
    final class Side: Sendable {
        fileprivate let depth = Mutex(0)
        fileprivate let bytes = Mutex(0)
        fileprivate let messages = Mutex(0)

        /// The longest chain of messages that ended here.
        var longestChain: Int { depth.withLock { $0 } }
        /// The bytes that this side sent.
        var sentBytes: Int { bytes.withLock { $0 } }
        /// The messages that this side sent.
        var sentMessages: Int { messages.withLock { $0 } }
    }

    typealias Damage = @Sendable ([UInt8]) -> [UInt8]

    private typealias Queue = BoundedQueue<(message: [UInt8], depth: Int)>

    private let side: Side
    private let incoming: Queue
    private let outgoing: Queue
    private let damage: Damage
    private let first = Mutex<Int?>(nil)

    /// How many messages had to come one after the other before the first one did that this end has received; nil for none.
    var chainToFirst: Int? { first.withLock { $0 } }

    private init(_ side: Side, _ incoming: Queue, _ outgoing: Queue, _ damage: @escaping Damage) {
        self.side = side
        self.incoming = incoming
        self.outgoing = outgoing
        self.damage = damage
    }

    /// Two ends; what the first sends passes through `damage`.
    static func pair(
        _ first: Side, _ second: Side, damage: @escaping Damage = { $0 }
    ) -> (first: MemoryChannel, second: MemoryChannel) {
        let (there, back) = (Queue(limit: 1 << 20), Queue(limit: 1 << 20))
        return (
            MemoryChannel(first, back, there, damage), MemoryChannel(second, there, back) { $0 }
        )
    }

    func send(_ message: [UInt8]) throws {
        let message = damage(message)
        precondition(message.count <= ExchangeLimits.message)
        side.bytes.withLock { $0 += message.count }
        side.messages.withLock { $0 += 1 }
        try outgoing.put((message, side.depth.withLock { $0 } + 1), weight: message.count + 64)
    }

    func receive() throws -> [UInt8]? {
        guard let next = try incoming.take() else { return nil }
        side.depth.withLock { $0 = max($0, next.depth) }
        first.withLock { $0 = $0 ?? next.depth }
        return next.message
    }

    func finish() throws { outgoing.close() }

    func fail(_ error: any Error) {
        incoming.fail(error)
        outgoing.fail(error)
    }
}

/// One run of an exchange over channels in memory.
struct MemoryExchange {
    let source = MemoryChannel.Side()
    let destination = MemoryChannel.Side()
    let listing: (first: MemoryChannel, second: MemoryChannel)
    let files: (first: MemoryChannel, second: MemoryChannel)

    /// Channels whose first ends are the source's; what it sends passes through `damage`.
    init(damage: @escaping MemoryChannel.Damage = { $0 }) {
        listing = MemoryChannel.pair(source, destination, damage: damage)
        files = MemoryChannel.pair(source, destination, damage: damage)
    }

    /// How many round trips the run took.
    var roundTrips: Int { (max(source.longestChain, destination.longestChain) + 1) / 2 }
    /// The bytes of all messages.
    var bytes: Int { source.sentBytes + destination.sentBytes }

    /// What becomes of the listing that a source can send before it is asked.
    enum Ahead: CaseIterable {
        /// There is none: the destination has asked first.
        case none
        /// It comes along with the job.
        case taken
        /// It comes along, and the destination is of a version that does not know of it.
        case passedOver
    }

    /// Makes the tree at `target` like the one at `root`.
    func run(
        _ root: String, _ target: String, state: StateFolder?, ahead: Ahead = .none,
        _ change: (inout SyncOptions) -> Void = { _ in }
    ) throws -> RunReport {
        let (listing, files) = (listing.first, files.first)
        var options = SyncOptions()
        change(&options)
        let source = ExchangeSource(root: root, context: RunContext(threads: 2, state: nil))
        let start = Monitor(ahead == .none ? nil : source.start(options.scan))
        return try run(target, state: state, ahead: ahead == .taken ? start.read { $0?.ahead } : nil, change) {
            try? source.run(listing: listing, files: files, start: start.read { $0 })
        }
    }

    /// Runs a destination against `source`, which uses the first ends on a thread of its own.
    func run(
        _ target: String, state: StateFolder?, ahead: ListingAhead? = nil,
        _ change: (inout SyncOptions) -> Void = { _ in }, source: @escaping @Sendable () -> Void
    ) throws -> RunReport {
        var options = SyncOptions()
        change(&options)
        let other = Companion(source)
        defer { other.join() }
        var report = RunReport(verb: "sync", source: "there", destination: target)
        let pair = EndpointPair(source: "there", destination: target)
        var destination = ExchangeDestination(
            destination: target, pair: pair, options: options, context: RunContext(threads: 2, state: state))
        destination.ahead = ahead
        try destination.run(&report, listing: listing.second, files: files.second)
        return report
    }
}
