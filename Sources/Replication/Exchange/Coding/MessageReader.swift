internal import Hashing
internal import Model

/// Takes the fields of a message apart, which may be hostile: nothing is read beyond its end, and every count is checked
/// before it is used.
struct MessageReader {
    private let bytes: UnsafeRawBufferPointer
    /// Where the next field begins.
    private(set) var offset = 0

    /// A reader of `bytes`, which must live as long.
    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Whether all was read.
    var isAtEnd: Bool { offset == bytes.count }

    /// How many bytes are left.
    var remaining: Int { bytes.count - offset }

    mutating func byte() throws -> UInt8 {
        guard offset < bytes.count else { throw Self.short }
        defer { offset += 1 }
        return bytes[offset]
    }

    mutating func number() throws -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte()
            guard shift < 63 || next <= 1 else { throw ExchangeFault.hostile("a number of more than 64 bits") }
            value |= UInt64(next & 0x7f) << shift
            if next < 0x80 {
                guard next != 0 || shift == 0 else {
                    throw ExchangeFault.hostile("a number that is longer than it has to be")
                }
                return value
            }
            shift += 7
        }
    }

    /// A number that is at most `most`.
    mutating func number(upTo most: Int, _ what: StaticString) throws -> Int {
        let value = try number()
        guard value <= UInt64(most) else { throw ExchangeFault.hostile("\(what) of \(value), more than \(most)") }
        return Int(value)
    }

    mutating func signed() throws -> Int64 {
        let value = try number()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    mutating func raw(_ count: Int) throws -> UnsafeRawBufferPointer {
        guard count >= 0, count <= remaining else { throw Self.short }
        defer { offset += count }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + count)])
    }

    /// Bytes with their count before them, at most `most`.
    mutating func counted(upTo most: Int, _ what: StaticString) throws -> UnsafeRawBufferPointer {
        try raw(number(upTo: most, what))
    }

    mutating func text() throws -> String {
        String(decoding: try counted(upTo: ExchangeLimits.text, "a text"), as: UTF8.self)
    }

    mutating func digest() throws -> Digest { Digest(try raw(Digest.byteCount)) }

    mutating func flag() throws -> Bool {
        let value = try byte()
        guard value < 2 else { throw ExchangeFault.hostile("a flag that is neither 0 nor 1") }
        return value == 1
    }

    /// - Throws: where something is left.
    func finish() throws {
        guard isAtEnd else { throw ExchangeFault.hostile("a message with \(remaining) bytes too many") }
    }

    private static var short: PerigeeError { ExchangeFault.hostile("a message that ends too early") }
}

extension MessageReader {
    /// Reads all of `message` by `body`.
    static func read<Result>(_ message: [UInt8], _ body: (inout MessageReader) throws -> Result) throws -> Result {
        try message.withUnsafeBytes { bytes in
            var reader = MessageReader(bytes)
            let result = try body(&reader)
            try reader.finish()
            return result
        }
    }
}
