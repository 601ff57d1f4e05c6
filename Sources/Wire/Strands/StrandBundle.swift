internal import Model
internal import Storage
internal import Synchronization
internal import Workers

/// A stream that is carried by several between the same two ends, its strands: what each lets pass at once adds up.
///
/// It begins as one strand that is in use already. Each direction goes over to blocks on its own: writing once the first
/// strand was added, with a frame that says so; reading when that frame has come.
final class StrandBundle: ByteStream {
    private let base: any ByteStream
    private let split: StrandSplit
    private let merge: StrandMerge
    private let added = Mutex<(strands: [any ByteStream], isClosed: Bool)>(([], false))

    /// A bundle of `base` alone, which holds back what comes too early out of `budget`.
    init(of base: any ByteStream, budget: WireBudget, clock: any StoreClock) {
        self.base = base
        split = StrandSplit(clock: clock)
        merge = StrandMerge(from: base.peer, budget: budget)
    }

    var peer: String { base.peer }

    /// Carries both directions by `strand` too; it is closed with the bundle.
    ///
    /// - Throws: where the bundle was closed, or has as many as there may be; `strand` is closed then.
    func add(_ strand: any ByteStream) throws {
        let isTaken = added.withLock { added in
            guard !added.isClosed, added.strands.count < WireLimits.strandsMax else { return false }
            added.strands.append(strand)
            return true
        }
        guard isTaken else {
            strand.close()
            throw streamClosed(peer)
        }
        for stream in [base, strand] { stream.lighten() }
        do {
            try merge.add(strand)
            try split.add(strand)
        } catch {
            // Half of a strand is none: what was to come by it would be missing.
            strand.close()
            throw error
        }
    }

    /// From here on what is written goes in blocks.
    func beginWriting() throws { try split.add(base) }

    /// From here on what comes is in blocks; `before` was read already.
    func beginReading(after before: [UInt8]) throws { try merge.begin(with: base, after: before) }

    func read(into buffer: UnsafeMutableRawBufferPointer, for limit: Duration) throws -> Int? {
        try merge.read(into: buffer, for: limit)
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws { try split.write([bytes]) }

    func write(_ parts: [UnsafeRawBufferPointer]) throws { try split.write(parts) }

    func finishWriting() { split.finish() }

    func close() { end { $0.close() } }

    func leave() { end { $0.leave() } }

    private func end(_ body: @escaping @Sendable (any ByteStream) -> Void) {
        let strands = added.withLock { added in
            defer { added = ([], true) }
            return added.strands
        }
        split.fail(streamClosed(peer))
        merge.close()
        // Each may wait a little for a child.
        let threads = strands.compactMap { strand in
            let thread = try? Companion.start { body(strand) }
            if thread == nil { body(strand) }
            return thread
        }
        body(base)
        for thread in threads { thread.join() }
    }
}
