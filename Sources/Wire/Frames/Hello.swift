internal import Hashing
internal import Model

/// The first bytes of each direction: who speaks, and what it can do.
///
/// 12 bytes `PERIGEE\r\n\x1a\n\0` (which a terminal or a conversion of line ends would change), the length of the body in
/// two bytes, the body, and the CRC-32C of all before in four. The body: lowest and highest version of the protocol (2
/// bytes each), role (1), features (8), longest message that is taken (4), credit of a new channel (4), channels that may
/// be open (4), the program's version and the name it goes by (texts). What follows in a body is of later versions, and
/// passed over.
public struct Hello: Sendable, Equatable {
    /// Which end of a connection this is: who began it numbers its channels oddly.
    public enum Role: UInt8, Sendable {
        /// The side that connected.
        case initiator = 0
        /// The side that was connected to.
        case responder = 1
    }

    /// The versions of the protocol that this program speaks.
    public static let versions: ClosedRange<UInt16> = 1...1
    static let magic = Array("PERIGEE\r\n\u{1a}\n\0".utf8)
    static let prefixSize = magic.count + 2

    /// The versions that the side speaks.
    public var versions = Self.versions
    /// Which end it is.
    public var role: Role
    /// What it can do beyond what every side can.
    public var features: WireFeatures
    /// The longest message that it takes.
    public var messageMax = WireLimits.messageMax
    /// The credit that it gives with each new channel.
    public var window = WireLimits.windowInitial
    /// How many channels it allows at once.
    public var channelsMax = WireLimits.channelsMax
    /// The program's version, for people.
    public var program: String
    /// The name that the side goes by, for people.
    public var name: String

    /// A hello of this program.
    public init(role: Role, program: String, name: String, features: WireFeatures = .all) {
        self.role = role
        self.program = program
        self.name = name
        self.features = features
    }

    /// All of it as it is sent.
    func encoded() -> [UInt8] {
        var body = FieldWriter()
        body.number(versions.lowerBound)
        body.number(versions.upperBound)
        body.number(role.rawValue)
        body.number(features.rawValue)
        body.number(UInt32(clamping: messageMax))
        body.number(UInt32(clamping: window))
        body.number(UInt32(clamping: channelsMax))
        body.text(program, limit: 64)
        body.text(name, limit: 255)
        var out = FieldWriter()
        out.raw(Self.magic)
        out.number(UInt16(body.bytes.count))
        out.raw(body.bytes)
        out.number(Self.checksum(out.bytes))
        return out.bytes
    }

    /// How long the body is, from the bytes before it.
    ///
    /// - Throws: where these are not the first bytes of a hello: with what they say instead, if it is text.
    static func bodyLength(_ prefix: [UInt8], from peer: String) throws -> Int {
        guard prefix.starts(with: magic) else { throw notPerigee(prefix, peer) }
        let length = Int(prefix[magic.count]) | Int(prefix[magic.count + 1]) << 8
        guard length <= WireLimits.helloMax else {
            throw WireFault.tooMuch("a hello of \(length) bytes, more than \(WireLimits.helloMax)", peer)
        }
        return length
    }

    /// Reads a whole hello.
    init(_ whole: [UInt8], from peer: String) throws {
        let end = whole.count - 4
        let stored = whole[end...].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard end >= Self.prefixSize, stored == Self.checksum(Array(whole[..<end])) else {
            throw WireFault.damaged("the hello has a wrong checksum", peer)
        }
        self = try whole[Self.prefixSize..<end].withUnsafeBytes { try Self.body($0, peer) }
    }

    private static func body(_ bytes: UnsafeRawBufferPointer, _ peer: String) throws -> Hello {
        var fields = FieldReader(bytes, from: peer)
        let (low, high) = (try fields.number(UInt16.self), try fields.number(UInt16.self))
        guard let role = Role(rawValue: try fields.number(UInt8.self)), low <= high else {
            throw WireFault.outOfTurn("its hello makes no sense", peer)
        }
        var hello = Hello(role: role, program: "", name: "")
        hello.versions = low...high
        hello.features = WireFeatures(rawValue: try fields.number(UInt64.self))
        hello.messageMax = Int(try fields.number(UInt32.self))
        hello.window = Int(try fields.number(UInt32.self))
        hello.channelsMax = Int(try fields.number(UInt32.self))
        hello.program = ErrorCoding.harmless(try fields.text(limit: 64))
        hello.name = ErrorCoding.harmless(try fields.text(limit: 255))
        return hello
    }

    /// The version that both sides speak: the highest.
    ///
    /// - Throws: where there is none, where both ends have the same role, or where the other takes no useful message.
    func agreed(with other: Hello, peer: String) throws -> UInt16 {
        let version = min(versions.upperBound, other.versions.upperBound)
        guard version >= max(versions.lowerBound, other.versions.lowerBound) else {
            let (ours, theirs) = (versions, other.versions)
            throw WireFault.unknown(
                "the other side (perigee \(other.program)) speaks versions \(theirs.lowerBound) to "
                    + "\(theirs.upperBound) of the protocol, this side \(ours.lowerBound) to \(ours.upperBound)", peer)
        }
        guard other.role != role else { throw WireFault.outOfTurn("both sides say that they began", peer) }
        guard other.messageMax >= 4096, other.channelsMax >= 1 else {
            throw WireFault.outOfTurn("it takes no messages of 4096 bytes", peer)
        }
        return version
    }

    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var checksum = Crc32c()
        bytes.withUnsafeBytes { checksum.update($0) }
        return checksum.value
    }

    private static func notPerigee(_ prefix: [UInt8], _ peer: String) -> PerigeeError {
        let isText = prefix.prefix(prefixSize).allSatisfy { [9, 10, 13, 27].contains($0) || $0 >= 32 }
        guard isText else {
            return PerigeeError(
                .format, "the other side does not speak Perigee's protocol", at: peer,
                remedy: "check that the address is that of a perigee agent")
        }
        let first = prefix.split(whereSeparator: { $0 == 10 || $0 == 13 }).first ?? []
        let said = ErrorCoding.harmless(String(decoding: first.prefix(120), as: UTF8.self))
        return PerigeeError(
            .format, "the other side began with text, \"\(said)\", and not with Perigee's protocol", at: peer,
            remedy: "a login script may be printing it: have it print only to terminals (test -t 1), "
                + "and check that perigee is what runs there")
    }
}
