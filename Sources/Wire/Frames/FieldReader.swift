internal import Model

/// Reads the fields of a payload that may be hostile: every length is checked before it is used.
public struct FieldReader: ~Copyable {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0
    private let peer: String

    /// A reader of `bytes`, which came from `peer`; the bytes must outlive it.
    public init(_ bytes: UnsafeRawBufferPointer, from peer: String) {
        self.bytes = bytes
        self.peer = peer
    }

    /// How many bytes are left.
    public var remaining: Int { bytes.count - position }

    /// The next `count` bytes, where they lie.
    public mutating func raw(_ count: Int) throws -> UnsafeRawBufferPointer {
        guard count >= 0, count <= remaining else { throw WireFault.outOfTurn("a message ends too early", peer) }
        defer { position += count }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
    }

    /// All that is left.
    public mutating func rest() -> UnsafeRawBufferPointer {
        defer { position = bytes.count }
        return UnsafeRawBufferPointer(rebasing: bytes[position...])
    }

    /// A little-endian number.
    public mutating func number<Number: FixedWidthInteger & BitwiseCopyable>(_: Number.Type) throws -> Number {
        Number(littleEndian: try raw(MemoryLayout<Number>.size).loadUnaligned(as: Number.self))
    }

    /// A text of at most `limit` bytes, with its length before it in two.
    public mutating func text(limit: Int) throws -> String {
        let count = Int(try number(UInt16.self))
        guard count <= limit else {
            throw WireFault.tooMuch("a text of \(count) bytes, more than \(limit)", peer)
        }
        guard let text = String(validating: try raw(count), as: UTF8.self) else {
            throw WireFault.outOfTurn("a text is not UTF-8", peer)
        }
        return text
    }

    /// Says that nothing may be left.
    public func finish() throws {
        guard remaining == 0 else { throw WireFault.outOfTurn("a message has \(remaining) bytes too many", peer) }
    }
}
