internal import Model

/// Answers and swallows bytes for whoever measures the link: `perigee probe`.
///
/// Messages: 1 comes back as it is, as 2. 3 asks for as many bytes as its number (8 bytes) says, which come as messages 4,
/// then 5. 6 is swallowed; 7 asks how many bytes of 6 came, and is answered by 8 with that number.
public struct ProbeService: WireService {
    enum Kind: UInt8 {
        case question = 1
        case echo = 2
        case wish = 3
        case delivery = 4
        case delivered = 5
        case load = 6
        case loadEnd = 7
        case loaded = 8
    }

    /// The most bytes that are sent for one wish.
    public static let wishMax: UInt64 = 4 << 30
    static let partSize = 256 << 10
    /// Into so many parts a round of a measurement is divided, and more.
    static let roundParts: UInt64 = 16

    /// The service's name.
    public let name = ProbeService.service
    static let service = "probe"

    /// The service.
    public init() {}

    /// Answers until the other side has no more.
    public func serve(_ channel: Channel) throws {
        let noise = Self.noise()
        var loaded: UInt64 = 0
        while let message = try channel.receive() {
            switch Kind(rawValue: message.kind) {
            case .question: try message.withBytes { try channel.send(Kind.echo.rawValue, [$0]) }
            case .wish: try deliver(try Self.number(message, channel), noise, channel)
            case .load: loaded += UInt64(message.count)
            case .loadEnd:
                var out = FieldWriter()
                out.number(loaded)
                try channel.send(Kind.loaded.rawValue, out.bytes)
                loaded = 0
            case .echo, .delivery, .delivered, .loaded, nil:
                throw WireFault.unknown("a probe's message \(message.kind) is not known here", channel.peer)
            }
        }
    }

    private func deliver(_ count: UInt64, _ noise: [UInt8], _ channel: Channel) throws {
        guard count <= Self.wishMax else { throw WireFault.tooMuch("a wish for \(count) bytes", channel.peer) }
        try Self.send(count, as: .delivery, noise, channel, most: max(4 << 10, count / Self.roundParts))
        try channel.send(Kind.delivered.rawValue)
    }

    /// Sends `count` bytes of noise in parts of ``partSize``, or of `most` where that is less.
    static func send(_ count: UInt64, as kind: Kind, _ noise: [UInt8], _ channel: Channel, most: UInt64 = .max) throws {
        var left = count
        while left > 0 {
            let part = Int(min(left, most, UInt64(partSize)))
            try noise[..<part].withUnsafeBytes { try channel.send(kind.rawValue, [$0]) }
            left -= UInt64(part)
        }
    }

    /// The number that a message holds.
    static func number(_ message: Message, _ channel: Channel) throws -> UInt64 {
        try message.withBytes { bytes in
            var fields = FieldReader(bytes, from: channel.peer)
            let number = try fields.number(UInt64.self)
            try fields.finish()
            return number
        }
    }

    /// Bytes that nothing on the way can compress.
    static func noise() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return [UInt8](unsafeUninitializedCapacity: partSize) { buffer, count in
            let words = UnsafeMutableRawBufferPointer(buffer).bindMemory(to: UInt64.self)
            for index in words.indices { words[index] = generator.next() }
            count = partSize
        }
    }
}
