internal import Hashing
internal import Model

/// What stands before the payload of a frame: 20 bytes, little-endian.
///
/// | offset | size | what |
/// |---|---|---|
/// | 0 | 4 | length of the payload, at most ``WireLimits/messageMax`` |
/// | 4 | 1 | ``FrameKind`` |
/// | 5 | 1 | a message's kind, 0 in other frames |
/// | 6 | 2 | 0 |
/// | 8 | 4 | channel, 0 where the frame is of none |
/// | 12 | 4 | CRC-32C of the payload |
/// | 16 | 4 | CRC-32C of the frame's number in its direction (8 bytes, from 0) and the 16 bytes before |
///
/// The number is not sent: a frame that was repeated, left out or moved has the wrong one, and is found.
struct FrameHeader: Equatable {
    /// How many bytes a header has.
    static let size = 20

    var length: Int
    var kind: FrameKind
    var messageKind: UInt8 = 0
    var channel: UInt32 = 0
    var payloadChecksum: UInt32 = 0

    init(_ kind: FrameKind, channel: UInt32 = 0, messageKind: UInt8 = 0, length: Int = 0, checksum: UInt32 = 0) {
        self.kind = kind
        self.channel = channel
        self.messageKind = messageKind
        self.length = length
        payloadChecksum = checksum
    }

    /// Writes the header of frame `number` to the first 20 bytes of `out`.
    func write(to out: UnsafeMutableRawBufferPointer, number: UInt64) {
        out.storeBytes(of: UInt32(truncatingIfNeeded: length).littleEndian, toByteOffset: 0, as: UInt32.self)
        out[4] = kind.rawValue
        out[5] = messageKind
        out.storeBytes(of: 0, toByteOffset: 6, as: UInt16.self)
        out.storeBytes(of: channel.littleEndian, toByteOffset: 8, as: UInt32.self)
        out.storeBytes(of: payloadChecksum.littleEndian, toByteOffset: 12, as: UInt32.self)
        let checksum = Self.checksum(UnsafeRawBufferPointer(out), number)
        out.storeBytes(of: checksum.littleEndian, toByteOffset: 16, as: UInt32.self)
    }

    /// Reads the header of frame `number` from the first 20 bytes of `bytes`, which came from `peer`.
    ///
    /// - Throws: `damaged` where the checksum is wrong, `format` where it is right and this program does not know the
    ///   frame, `limit` where the payload is longer than any may be.
    init(_ bytes: UnsafeRawBufferPointer, number: UInt64, peer: String) throws {
        let checksum = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
        guard checksum == Self.checksum(bytes, number) else {
            throw WireFault.damaged("frame \(number) has a wrong checksum", peer)
        }
        guard let kind = FrameKind(rawValue: bytes[4]), bytes[6] == 0, bytes[7] == 0 else {
            throw WireFault.unknown("frame \(number) is of kind \(bytes[4]), which is not known here", peer)
        }
        length = Int(UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self)))
        guard length <= WireLimits.messageMax else {
            throw WireFault.tooMuch("a frame of \(length) bytes, more than \(WireLimits.messageMax)", peer)
        }
        self.kind = kind
        messageKind = bytes[5]
        channel = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
        payloadChecksum = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 12, as: UInt32.self))
    }

    private static func checksum(_ header: UnsafeRawBufferPointer, _ number: UInt64) -> UInt32 {
        var checksum = Crc32c()
        withUnsafeBytes(of: number.littleEndian) { checksum.update($0) }
        checksum.update(UnsafeRawBufferPointer(rebasing: header.prefix(16)))
        return checksum.value
    }
}
