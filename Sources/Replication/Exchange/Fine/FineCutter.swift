/// Cuts bytes into pieces of about 1 KiB where their content says so, for finding what of a chunk an older one has.
///
/// A gear hash: 64 bits that are shifted by one and added to for each byte, so that the last 64 bytes count. A piece ends
/// where the upper ten bits are zero, after at least ``least`` bytes and at most ``most``. About 1 GB/s.
enum FineCutter {
    static let least = 256
    static let most = 4096
    /// How many bytes count before ``least``.
    private static let window = 64

    /// Numbers for each byte that have nothing to do with one another: the outputs of splitmix64 from 0 on.
    private static let gear: [UInt64] = {
        var state: UInt64 = 0
        return (0..<256).map { _ in
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return z ^ (z >> 31)
        }
    }()

    /// Calls `body` with each piece of `bytes` in order; the last one may be short.
    static func forEachPiece(_ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Void) {
        gear.withUnsafeBufferPointer { gear in
            var start = 0
            while start < bytes.count {
                let end = start + length(bytes, from: start, gear)
                body(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
                start = end
            }
        }
    }

    private static func length(
        _ bytes: UnsafeRawBufferPointer, from start: Int, _ gear: UnsafeBufferPointer<UInt64>
    ) -> Int {
        let count = min(most, bytes.count - start)
        guard count > least, let base = bytes.baseAddress, let table = gear.baseAddress else { return count }
        let piece = base.advanced(by: start).assumingMemoryBound(to: UInt8.self)
        var hash: UInt64 = 0
        for index in (least - window)..<least { hash = hash &<< 1 &+ table[Int(piece[index])] }
        var index = least
        while index < count {
            if hash >> 54 == 0 { return index }
            hash = hash &<< 1 &+ table[Int(piece[index])]
            index += 1
        }
        return count
    }
}
