internal import Files
internal import Hashing
internal import Model

/// A run of bytes that takes one of several strands: a header of 16 bytes, then the bytes.
///
/// | offset | size | what |
/// |---|---|---|
/// | 0 | 8 | number in its direction, from 0; of a strand's last block: how many there are in all |
/// | 8 | 4 | how many bytes follow, at most ``WireLimits/blockMax``; 0 in a strand's last block |
/// | 12 | 4 | CRC-32C of the 12 bytes before |
///
/// Bytes that change on the way are found by the frames that they are parts of.
struct StrandBlock: Sendable {
    static let headerSize = 16

    let number: UInt64
    let count: Int
    /// Room for a header and the bytes.
    let buffer: IOBuffer

    /// The header and the bytes.
    var whole: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: buffer.bytes[..<(Self.headerSize + count)]) }

    /// The bytes.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: whole[Self.headerSize...]) }

    /// What it takes of memory while it is held: its buffer, however few bytes are in it.
    var weight: Int { buffer.bytes.count }

    static func newBuffer() -> IOBuffer { IOBuffer(count: headerSize + WireLimits.blockMax) }

    /// Writes the header before the bytes.
    func seal() {
        let bytes = buffer.bytes
        bytes.storeBytes(of: number.littleEndian, as: UInt64.self)
        bytes.storeBytes(of: UInt32(count).littleEndian, toByteOffset: 8, as: UInt32.self)
        bytes.storeBytes(of: Self.checksum(bytes).littleEndian, toByteOffset: 12, as: UInt32.self)
    }

    /// Reads a header from the first bytes of `buffer`.
    ///
    /// - Throws: `damaged` where it is not what was sent, `limit` where the block is longer than any may be.
    static func read(_ buffer: IOBuffer, from peer: String) throws -> (number: UInt64, count: Int) {
        let bytes = buffer.bytes
        guard UInt32(littleEndian: bytes.load(fromByteOffset: 12, as: UInt32.self)) == checksum(bytes) else {
            throw WireFault.damaged("a block of a strand has a wrong checksum", peer)
        }
        let count = UInt32(littleEndian: bytes.load(fromByteOffset: 8, as: UInt32.self))
        guard count <= WireLimits.blockMax else {
            throw WireFault.tooMuch("a block of \(count) bytes, more than \(WireLimits.blockMax)", peer)
        }
        return (UInt64(littleEndian: bytes.load(as: UInt64.self)), Int(count))
    }

    private static func checksum(_ header: UnsafeMutableRawBufferPointer) -> UInt32 {
        var checksum = Crc32c()
        checksum.update(UnsafeRawBufferPointer(rebasing: header[..<12]))
        return checksum.value
    }
}
