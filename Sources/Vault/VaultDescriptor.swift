public import Content
public import Hashing
public import Model

/// What a vault is and how it cuts: written once, readable by all, and bound into every wrapped key.
///
/// The blob `descriptor` is text, seven lines that end in a line feed each, in just this form and order:
///
/// ```
/// perigee vault
/// version 1
/// id 32 hexadecimal digits
/// created seconds.nanoseconds since 1970, nine digits after the point
/// cipher aes-256-gcm or chacha20-poly1305
/// chunker the encoded ChunkerParameters in hexadecimal digits
/// checksum the BLAKE3 of all lines above in hexadecimal digits
/// ```
public struct VaultDescriptor: Hashable, Sendable {
    /// The format that this program reads and writes.
    public static let version: UInt32 = 1
    /// The most bytes that a descriptor may have.
    static let sizeMax = 4096

    /// The vault's own name for itself: 16 random bytes in hexadecimal digits.
    public let id: String
    /// When it was made.
    public let created: Timestamp
    /// How the vault's dedup domain cuts.
    public let chunker: ChunkerParameters
    /// What seals all that is written into the vault; a record that came from elsewhere may name another.
    public let cipher: Cipher

    init(id: String, created: Timestamp, chunker: ChunkerParameters, cipher: Cipher) {
        self.id = id
        self.created = created
        self.chunker = chunker
        self.cipher = cipher
    }

    /// The blob.
    func encoded() -> [UInt8] {
        let fraction = String(created.nanoseconds)
        let lines =
            "perigee vault\nversion \(Self.version)\nid \(id)\n"
            + "created \(created.seconds).\(String(repeating: "0", count: max(0, 9 - fraction.count)))\(fraction)\n"
            + "cipher \(cipher.name)\nchunker \(Hexadecimal.encode(chunker.encoded()))\n"
        let checksum = Array(lines.utf8).withUnsafeBytes { Blake3.hash($0) }
        return Array("\(lines)checksum \(checksum.hex)\n".utf8)
    }

    /// The BLAKE3 of the whole blob: what wrapped keys are bound to.
    var digest: Digest { encoded().withUnsafeBytes { Blake3.hash($0) } }

    /// Reads the blob `bytes` found at `place`.
    init(decoding bytes: [UInt8], at place: String) throws {
        func damaged(_ what: String) -> PerigeeError {
            PerigeeError(
                .damaged, "the vault's descriptor \(what)", at: place,
                remedy: "put back the blob \"descriptor\" from a copy of the vault; all of it is public")
        }
        guard bytes.count <= Self.sizeMax, let text = String(validating: bytes, as: UTF8.self) else {
            throw damaged("is not readable")
        }
        var fields: [Substring: Substring] = [:]
        let lines = text.split(separator: "\n")
        guard lines.first == "perigee vault" else { throw damaged("does not begin with \"perigee vault\"") }
        for line in lines.dropFirst() {
            guard let space = line.firstIndex(of: " ") else { throw damaged("has a line without a value") }
            fields[line[..<space]] = line[line.index(after: space)...]
        }
        if let found = fields["version"], found != "\(Self.version)", let number = UInt32(found), number > Self.version
        {
            throw PerigeeError(
                .format, "the vault has format version \(number); this program reads \(Self.version)", at: place,
                remedy: "use a newer perigee")
        }
        let time = fields["created"]?.split(separator: ".") ?? []
        guard let id = fields["id"], id.utf8.count == 32, Hexadecimal.decode(id) != nil, time.count == 2,
            let seconds = Int64(time[0]), let nanoseconds = UInt32(time[1]), nanoseconds < 1_000_000_000,
            let parameters = fields["chunker"].flatMap({ Hexadecimal.decode($0) })
        else { throw damaged("lacks a field or has a wrong one") }
        guard let chunker = try? ChunkerParameters(decoding: parameters) else {
            throw damaged("has chunker parameters that are out of bounds")
        }
        guard let cipher = fields["cipher"].flatMap({ Cipher(name: $0) }) else {
            throw damaged("names a cipher that is not known")
        }
        self.init(
            id: String(id), created: Timestamp(seconds: seconds, nanoseconds: nanoseconds), chunker: chunker,
            cipher: cipher)
        guard encoded() == bytes else { throw damaged("is not what was written: its checksum does not hold") }
    }
}
