import Content
import Hashing
import Model
import TestSupport
import Testing

@Suite("Who follows a pack's bytes") struct PackFollowerTests {
    private func pack(_ count: Int, _ seed: inout Seed) throws -> (bytes: [UInt8], tailCount: Int) {
        let samples = (0..<count).map { index in
            Sample(
                kind: index % 5 == 2 ? .page : .chunk, compression: .auto,
                plain: plainBytes(Int.random(in: 0..<900, using: &seed), index, &seed))
        }
        let bytes = try ContentTests.pack(samples.map { try $0.record(fixedRing()) }).bytes
        return (bytes, count * PackEntry.byteCount + PackFormat.footerCount)
    }

    @Test("knows how it ends, whatever the parts in which they come", arguments: [0, 1, 2, 30, 500])
    func end(count: Int) throws {
        var seed = Seed.fromEnvironment()
        for _ in 0..<20 {
            let (bytes, tailCount) = try pack(count, &seed)
            let body = bytes.dropLast(tailCount)
            var (follower, offset) = (PackFollower(), 0)
            let step = [1, 7, 64, 200, 5000, 1 << 20].randomElement(using: &seed) ?? 1
            while offset < body.count {
                let part = Array(body[offset..<min(body.count, offset + Int.random(in: 1...step, using: &seed))])
                let taken = part.withUnsafeBytes { follower.take($0) }
                #expect(taken.count == part.count, "seed \(seed.value)")
                offset += part.count
            }
            #expect(follower.tailCount == tailCount)
            #expect(follower.tail == Array(bytes.suffix(tailCount)), "seed \(seed.value)")
        }
    }

    @Test("says which records lie whole within a part, and stops behind the last")
    func records() throws {
        var seed = Seed.fromEnvironment()
        let (bytes, tailCount) = try pack(20, &seed)
        var follower = PackFollower()
        let taken = bytes.withUnsafeBytes { follower.take($0) }
        #expect(taken.records == PackFormat.headCount..<(bytes.count - tailCount), "seed \(seed.value)")
        #expect(taken.count == bytes.count - tailCount && follower.tail == Array(bytes.suffix(tailCount)))
    }

    @Test("says nothing of the end where they are no pack, or stop within a record")
    func nothing() throws {
        var seed = Seed.fromEnvironment()
        let (bytes, tailCount) = try pack(3, &seed)
        let body = Array(bytes.dropLast(tailCount))
        for cut in 1..<body.count {
            var follower = PackFollower()
            _ = body[..<cut].withUnsafeBytes { follower.take($0) }
            if let tail = follower.tail { #expect((tail.count - PackFormat.footerCount) % PackEntry.byteCount == 0) }
        }
        for place in [0, 8, PackFormat.headCount, PackFormat.headCount + 5] {
            var (other, follower) = (body, PackFollower())
            other[place] ^= 0x55
            let taken = other.withUnsafeBytes { follower.take($0) }
            #expect(taken.count < other.count && follower.tail != Array(bytes.suffix(tailCount)))
        }
        var follower = PackFollower()
        follower.stop()
        #expect(follower.tail == nil && seed.bytes(99).withUnsafeBytes { follower.take($0) }.count == 0)
    }
}
