import Content
import Testing

/// A compressor and a decompressor that must undo it.
final class CodecPair {
    let compressor: Compressor
    private let decompressor: Decompressor

    convenience init(_ wish: Compression) throws { try self.init(CompressionStep(wish)) }

    init(_ step: CompressionStep) throws {
        compressor = try Compressor(step)
        decompressor = try Decompressor()
    }

    /// The codec and the body that `bytes` get.
    func compress(_ bytes: [UInt8]) throws -> (codec: Codec, body: [UInt8]) {
        var out = [UInt8](repeating: 0xa5, count: Compressor.bound(bytes.count))
        let result = try bytes.withUnsafeBytes { plain in
            try out.withUnsafeMutableBytes { try compressor.compress(plain, into: $0) }
        }
        return (result.codec, result.codec == .stored ? bytes : Array(out[..<result.count]))
    }

    /// Compresses `bytes`, and expects them back.
    @discardableResult func roundTrip(_ bytes: [UInt8], _ comment: String) throws -> (codec: Codec, count: Int) {
        let (codec, body) = try compress(bytes)
        #expect(body.count <= bytes.count && (codec == .stored || body.count < bytes.count))
        var back = [UInt8](repeating: 0x5a, count: bytes.count)
        try body.withUnsafeBytes { body in
            try back.withUnsafeMutableBytes { try decompressor.decompress(body, codec: codec, into: $0) }
        }
        // One comparison and not one expectation a byte.
        let isSame = back == bytes
        #expect(isSame, "\(bytes.count) bytes by \(codec): \(comment)")
        return (codec, body.count)
    }
}
