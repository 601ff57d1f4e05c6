internal import Content
internal import Model
internal import Vault

/// Offers chunks to a vault that is being healed.
final class OfferingSink: ChunkSink {
    private let writer: HealingWriter

    /// A sink that offers by `writer`.
    init(_ writer: HealingWriter) { self.writer = writer }

    func beginFile() {}

    func take(_ bytes: UnsafeRawBufferPointer, lengths: [Int]) throws -> [ChunkReference] {
        var offset = 0
        return try lengths.map { length in
            let plain = UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + length)])
            offset += length
            return ChunkReference(id: try writer.offer(plain), length: UInt32(length))
        }
    }

    func finish() throws { try writer.finish() }
}
