internal import CHash

/// Derives keys for one purpose by BLAKE3's key derivation; the context is hashed once.
public struct KeyDeriver: Sendable {
    private let contextKey: HashKey

    /// Derives keys for `context`: a hard-coded, globally unique text, such as `"program date purpose"`.
    public init(context: String) { contextKey = Blake3Hasher.contextKey(context) }

    /// The key that comes of `material`.
    public func derive(_ material: UnsafeRawBufferPointer) -> HashKey {
        HashKey(
            contextKey.withUnsafeBytes { key in
                Digest.written {
                    chash_blake3_hash(
                        UInt32(CHASH_KERNEL_BEST), key.assumingMemoryBound(to: UInt8.self).baseAddress,
                        UInt32(CHASH_BLAKE3_MATERIAL), material.baseAddress, material.count, $0)
                }
            })
    }

    /// The key that comes of `a` followed by `b`, which are best kept below 1 KiB together.
    public func derive(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> HashKey {
        HashKey(
            contextKey.withUnsafeBytes { key in
                Digest.written {
                    chash_blake3_hash_pair(
                        UInt32(CHASH_KERNEL_BEST), key.assumingMemoryBound(to: UInt8.self).baseAddress,
                        UInt32(CHASH_BLAKE3_MATERIAL), a.baseAddress, a.count, b.baseAddress, b.count, $0)
                }
            })
    }
}
