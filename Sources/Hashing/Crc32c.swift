internal import CHash

/// CRC-32C (Castagnoli): finds bytes that changed by accident, at several times the speed of BLAKE3; proves nothing
/// against somebody who changes them on purpose.
public struct Crc32c: Sendable {
    /// The checksum of what was added so far; 0 for nothing.
    public private(set) var value: UInt32 = 0
    private let isPortable: Bool

    /// The checksum of nothing.
    ///
    /// - Parameter isPortable: whether to do without the processor's instruction; gives the same.
    public init(isPortable: Bool = false) { self.isPortable = isPortable }

    /// Adds `bytes` at the end.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        value = chash_crc32c(value, bytes.baseAddress, bytes.count, isPortable ? 1 : 0)
    }
}
