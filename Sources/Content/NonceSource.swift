internal import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Where nonces come from: the system's randomness, or a fixed sequence in tests and golden files.
///
/// For one thread. Whoever gives nonces promises that none comes twice.
public protocol NonceSource: AnyObject {
    /// A nonce that was never given before.
    ///
    /// - Throws: `io` where the system has no randomness to give.
    func next() throws -> Nonce
}

/// Random nonces from the system, drawn 21 at a time: getentropy(3) gives at most 256 bytes.
public final class SystemNonces: NonceSource {
    private static let drawCount = 256 / Nonce.byteCount * Nonce.byteCount
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: drawCount, alignment: 8)
    private var used = drawCount

    /// A source that has drawn nothing yet.
    public init() {}

    deinit { buffer.deallocate() }

    /// The next twelve random bytes.
    public func next() throws -> Nonce {
        if used == buffer.count {
            guard let start = buffer.baseAddress, getentropy(start, buffer.count) == 0 else {
                throw PerigeeError(
                    .io, "the system gives no random bytes", remedy: "look into the system's log: getrandom(2) fails")
            }
            used = 0
        }
        defer { used += Nonce.byteCount }
        return Nonce(UnsafeRawBufferPointer(buffer.slice(used, Nonce.byteCount)))
    }
}
