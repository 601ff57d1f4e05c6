internal import Content
internal import Model

/// Bytes in a message, compressed where that pays: codec, plain length, length, body.
enum BlockCoding {
    /// Appends `plain`, as `compressor` makes it; `scratch` has room for ``Compressor/bound(_:)`` of it.
    static func encode(
        _ plain: UnsafeRawBufferPointer, by compressor: Compressor, scratch: UnsafeMutableRawBufferPointer,
        into out: inout MessageWriter
    ) throws {
        let made: (codec: Codec, count: Int) =
            plain.isEmpty ? (.stored, 0) : try compressor.compress(plain, into: scratch)
        out.byte(made.codec.rawValue)
        out.number(plain.count)
        out.number(made.count)
        out.raw(made.codec == .stored ? plain : UnsafeRawBufferPointer(rebasing: scratch[..<made.count]))
    }

    /// The plain bytes of the next block: in the message itself where they were stored, else in `room`.
    static func decode(
        _ input: inout MessageReader, by decompressor: Decompressor, room: UnsafeMutableRawBufferPointer
    ) throws -> UnsafeRawBufferPointer {
        guard let codec = Codec(rawValue: try input.byte()) else {
            throw ExchangeFault.hostile("a codec that is not known")
        }
        let count = try input.number(upTo: room.count, "a block")
        let body = try input.counted(upTo: ExchangeLimits.message, "a block's body")
        if codec == .stored {
            guard body.count == count else { throw ExchangeFault.hostile("a stored block of another length") }
            return body
        }
        let plain = UnsafeMutableRawBufferPointer(rebasing: room[..<count])
        try decompressor.decompress(body, codec: codec, into: plain)
        return UnsafeRawBufferPointer(plain)
    }
}
