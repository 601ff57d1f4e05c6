internal import CHash

/// BLAKE3 of bytes that are at hand (O'Connor, Aumasson, Neves, Wilcox-O'Hearn, "BLAKE3", 2020).
///
/// With a key this is BLAKE3's keyed hash, a message authentication code and pseudo-random function; the key costs no
/// time. Nothing here allocates but the variant for several threads. `kernel` is for tests and benchmarks.
public enum Blake3 {
    /// The kernels that this processor runs, best first: the first is what is used where none is named.
    public static var kernels: [Kernel] { Kernel.available }

    /// The hash of `input`, on the caller's thread.
    public static func hash(
        _ input: UnsafeRawBufferPointer, key: HashKey? = nil, kernel: Kernel? = nil
    ) -> Digest {
        withKey(key) { key, mode in
            Digest.written { chash_blake3_hash(kernel.number, key, mode, input.baseAddress, input.count, $0) }
        }
    }

    /// Writes the hash of each input to the same place of `digests`, on the caller's thread.
    ///
    /// Inputs may have any lengths; those of up to 32 KiB share the processor's lanes, so that many small ones cost
    /// little more than as many bytes in one piece.
    ///
    /// - Precondition: `digests` has room for as many digests as there are inputs.
    public static func hashMany(
        _ inputs: UnsafeBufferPointer<UnsafeRawBufferPointer>, key: HashKey? = nil,
        into digests: UnsafeMutableBufferPointer<Digest>, kernel: Kernel? = nil
    ) {
        precondition(digests.count >= inputs.count, "a digest for every input")
        guard let first = inputs.baseAddress, let out = digests.baseAddress, !inputs.isEmpty else { return }
        withKey(key) { key, mode in
            chash_blake3_hash_many(
                kernel.number, key, mode,
                { context, index in
                    // The context is `first`; the index is below the count.
                    let inputs = context?.assumingMemoryBound(to: UnsafeRawBufferPointer.self)
                    let input = inputs?[index]
                    return chash_blake3_input(bytes: input?.baseAddress, length: input?.count ?? 0)
                }, first, inputs.count, UnsafeMutableRawPointer(out).assumingMemoryBound(to: UInt8.self))
        }
    }

    /// Calls `body` with what the C functions want of `key`.
    @inline(__always)
    static func withKey<Result>(
        _ key: HashKey?, _ body: (_ key: UnsafePointer<UInt8>?, _ mode: UInt32) -> Result
    ) -> Result {
        guard let key else { return body(nil, UInt32(CHASH_BLAKE3_PLAIN)) }
        return key.withUnsafeBytes { bytes in
            body(bytes.assumingMemoryBound(to: UInt8.self).baseAddress, UInt32(CHASH_BLAKE3_KEYED))
        }
    }
}

extension Digest {
    /// The digest that `body` writes.
    @inline(__always)
    static func written(by body: (UnsafeMutablePointer<UInt8>?) -> Void) -> Digest {
        var digest = Digest.zero
        digest.withUnsafeMutableBytes { body($0.assumingMemoryBound(to: UInt8.self).baseAddress) }
        return digest
    }
}
