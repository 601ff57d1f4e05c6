import Testing
import Wire
import Workers

/// The other side of a connection, written byte by byte from the description of the protocol: what Perigee itself would
/// never send can be sent, and what Perigee sends is read by other code than its own.
final class RawPeer: Sendable {
    let stream: InProcessStream
    private let number = Monitor<UInt64>(0)

    /// A frame as it was received.
    struct Frame {
        var kind: UInt8
        var messageKind: UInt8
        var channel: UInt32
        var payload: [UInt8]
    }

    init(_ stream: InProcessStream) { self.stream = stream }

    /// A connection of Perigee and a raw peer that has said hello to it; the connection is the responder.
    static func connected(_ options: WireOptions = WireOptions()) throws -> (Connection, RawPeer) {
        let ends = InProcessStream.pair(capacity: 8 << 20)
        let peer = RawPeer(ends.first)
        try peer.write(hello())
        let connection = try Connection(ends.second, role: .responder, options: options)
        _ = try peer.readHello()
        return (connection, peer)
    }

    func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try stream.write($0) } }

    func read(_ count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: max(count, 1))
        while bytes.count < count {
            let got = try buffer.withUnsafeMutableBytes {
                try stream.read(
                    into: UnsafeMutableRawBufferPointer(rebasing: $0[..<(count - bytes.count)]), for: .seconds(120))
            }
            guard let got, got > 0 else { throw Ended() }
            bytes += buffer[..<got]
        }
        return bytes
    }

    struct Ended: Error {}

    func readHello() throws -> [UInt8] {
        let prefix = try read(14)
        return try prefix + read(Int(prefix[12]) + Int(prefix[13]) << 8 + 4)
    }

    /// Sends a frame with the right number and checksums.
    func send(_ kind: UInt8, channel: UInt32 = 0, messageKind: UInt8 = 0, _ payload: [UInt8] = []) throws {
        let number = number.change { number in
            defer { number += 1 }
            return number
        }
        try write(Self.frame(kind, channel: channel, messageKind: messageKind, payload, number: number))
    }

    /// Opens a channel for `service`.
    func open(_ channel: UInt32, _ service: String = "test") throws {
        try send(1, channel: channel, Self.little(UInt16(service.utf8.count)) + Array(service.utf8))
    }

    /// The next frame; checks nothing but what it needs.
    func receive() throws -> Frame {
        let header = try read(20)
        let length = header[..<4].reversed().reduce(0) { $0 << 8 | Int($1) }
        let channel = header[8..<12].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return Frame(kind: header[4], messageKind: header[5], channel: channel, payload: try read(length))
    }

    // MARK: the format, by hand

    static func frame(
        _ kind: UInt8, channel: UInt32 = 0, messageKind: UInt8 = 0, _ payload: [UInt8] = [], number: UInt64,
        length: UInt32? = nil
    ) -> [UInt8] {
        var header = little(length ?? UInt32(payload.count)) + [kind, messageKind, 0, 0] + little(channel)
        header += little(crc(payload))
        return header + little(crc(little(number) + header)) + payload
    }

    static func hello(
        versions: ClosedRange<UInt16> = 1...1, role: UInt8 = 0, window: UInt32 = 256 << 10, features: UInt64 = 0,
        more: [UInt8] = []
    ) -> [UInt8] {
        var body = little(versions.lowerBound) + little(versions.upperBound) + [role] + little(features)
        body += little(UInt32(1 << 20)) + little(window) + little(UInt32(64))
        body += little(UInt16(3)) + Array("raw".utf8) + little(UInt16(0)) + more
        let whole = Array("PERIGEE\r\n\u{1a}\n\0".utf8) + little(UInt16(body.count)) + body
        return whole + little(crc(whole))
    }

    static func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }

    /// CRC-32C bit by bit, after RFC 3720.
    static func crc(_ bytes: [UInt8]) -> UInt32 {
        var state: UInt32 = ~0
        for byte in bytes {
            state ^= UInt32(byte)
            for _ in 0..<8 { state = state >> 1 ^ (state & 1 == 1 ? 0x82f6_3b78 : 0) }
        }
        return ~state
    }
}
