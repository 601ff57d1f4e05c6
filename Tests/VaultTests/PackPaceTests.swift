import Content
import Hashing
import Model
import Storage
import TestSupport
import Testing
import Vault
import Workers

/// Chunks on their way into a vault that is not on this host; the time is a test's own.
@Suite struct PackPaceTests {
    private let clock = ManualClock()
    private let memory = CompressionMemory(bytes: 52 << 20)

    private func pace() -> PackPace { PackPace(memory: memory, clock: clock) { ThreadTimes.Times() } }

    /// Hands over a batch that took so many seconds to make, of which so many to compress, and so many to hand over.
    private func batch(_ pace: PackPace, working: Int, compressing: Int, waiting: Int) -> Bool {
        clock.advance(.seconds(working - compressing))
        pace.compressing { clock.advance(.seconds(compressing)) }
        pace.waiting { clock.advance(.seconds(waiting)) }
        return pace.batchHasLeft()
    }

    @Test func `They are compressed harder after a few batches where the store is waited for longer than they take`() {
        let pace = pace()
        #expect(pace.step == CompressionStep(.auto))
        let changes = (0..<40).map { _ in batch(pace, working: 2, compressing: 1, waiting: 100) }
        #expect(changes.firstIndex(of: true) == CompressionPace.period - 1)
        #expect(pace.step == .probed(level: 12))
    }

    @Test func `A store that takes packs as a whole is judged by what whole packs take`() {
        let pace = pace()
        for _ in 0..<10 {
            for _ in 0..<32 { #expect(!batch(pace, working: 2, compressing: 2, waiting: 0)) }
            pace.waiting { clock.advance(.seconds(1000)) }
            _ = pace.packHasLeft()
        }
        #expect(pace.step == .probed(level: 12))
    }

    @Test func `They are compressed less hard where that takes the time, and never less than into a vault here`() {
        let pace = pace()
        while pace.step != .probed(level: 12) { _ = batch(pace, working: 2, compressing: 1, waiting: 100) }
        let steps = (0..<40).map { _ in
            _ = batch(pace, working: 2, compressing: 2, waiting: 0)
            return pace.step
        }
        // A step at a time, without waiting for a pack's end.
        #expect(steps[CompressionPace.period - 1] == .probed(level: 9))
        #expect(steps.last == CompressionStep(.auto))
        #expect(memory.take(52 << 20))
    }

    /// Chunks of text, the same for the same seed.
    private func chunks(_ seed: inout Seed, count: Int) -> [[UInt8]] {
        let words = (0..<3000).map { _ in seed.bytes(3 + Int(seed.next() % 9)).map { 0x61 + $0 % 26 } }
        return (0..<count).map { _ in
            var chunk: [UInt8] = []
            while chunk.count < 64 << 10 { chunk += words[Int(seed.next() % 3000)] + [0x20] }
            return chunk
        }
    }

    /// What `chunks` take in a new vault whose store takes so long for all that is handed to it, and how they are stored there.
    private func stored(_ chunks: [[UInt8]], _ compression: Compression, seconds: Int) throws -> UInt64 {
        let fixture = try VaultFixture()
        var environment = VaultEnvironment.system
        environment.clock = clock
        let vault = try Vault.open(at: fixture.store, secret: VaultFixture.secret, environment: environment)
        let session = try vault.beginWriting(compression) { [clock] _ in clock.advance(.seconds(seconds)) }
        let writer = try session.chunkWriter()
        var ids: [ContentID] = []
        for chunk in chunks {
            try chunk.withUnsafeBytes { bytes in
                ids.append(writer.identify(bytes))
                let isNew = try writer.add(bytes, id: ids[ids.count - 1])
                #expect(isNew)
            }
        }
        try writer.finish()
        try session.flushIndex()
        let reader = try fixture.reopened().chunkReader()
        for (chunk, id) in zip(chunks, ids) {
            var read = [UInt8](repeating: 0, count: chunk.count)
            try read.withUnsafeMutableBytes {
                try reader.read([ChunkReference(id: id, length: UInt32(chunk.count))], into: $0)
            }
            #expect(read == chunk)
        }
        return session.statistics.storedBytes
    }

    @Test func `Chunks take less of a slow link, and are the same when they are read`() throws {
        var seed = Seed.fromEnvironment()
        let chunks = chunks(&seed, count: 300)
        let fast = try stored(chunks, .auto, seconds: 0)
        let slow = try stored(chunks, .auto, seconds: 10_000)
        let wished = try stored(chunks, .zstd(level: 1), seconds: 10_000)
        #expect(slow < fast * 97 / 100, "\(slow) of \(fast), seed \(seed.value)")
        #expect(wished >= fast, "what was wished for is done, seed \(seed.value)")
    }
}
