/// A secret of 32 bytes: keys BLAKE3, or is derived by it.
public struct HashKey: Sendable, Equatable {
    /// The length of a key in bytes.
    public static let byteCount = 32

    private var digest: Digest

    /// A copy of exactly 32 bytes.
    public init(_ bytes: UnsafeRawBufferPointer) { digest = Digest(bytes) }

    /// The key whose bytes are those of `digest`.
    public init(_ digest: Digest) { self.digest = digest }

    /// A new key from `generator`, which must be fit for keys (the system's is).
    public init(using generator: inout some RandomNumberGenerator) {
        var bytes = Digest.zero
        bytes.withUnsafeMutableBytes { buffer in
            for offset in stride(from: 0, to: Self.byteCount, by: 8) {
                buffer.storeBytes(of: generator.next(), toByteOffset: offset, as: UInt64.self)
            }
        }
        digest = bytes
    }

    /// Calls `body` with the 32 bytes.
    public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try digest.withUnsafeBytes(body)
    }

    /// Equal where all bytes are, in time that does not depend on where they differ.
    public static func == (a: HashKey, b: HashKey) -> Bool {
        a.withUnsafeBytes { x in
            b.withUnsafeBytes { y in
                var difference: UInt8 = 0
                for i in 0..<byteCount { difference |= x[i] ^ y[i] }
                return difference == 0
            }
        }
    }
}

extension HashKey: CustomStringConvertible, CustomReflectable {
    /// Never the bytes.
    public var description: String { "HashKey(redacted)" }
    /// Never the bytes.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
