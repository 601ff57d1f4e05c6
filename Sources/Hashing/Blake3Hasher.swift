internal import CHash

/// BLAKE3 of bytes that come piece by piece; plain, keyed, or deriving keys from a context.
///
/// All state is in the value (about 2 KiB): copying it forks the hash, and nothing is allocated. Pieces of a power of
/// two of 1 KiB or more, such as 1 MiB, go at full speed. `kernel` is for tests and benchmarks.
public struct Blake3Hasher: Sendable {
    private var state: chash_blake3_hasher

    /// The plain hash.
    public init(kernel: Kernel? = nil) { self.init(key: nil, mode: UInt32(CHASH_BLAKE3_PLAIN), kernel: kernel) }

    /// The keyed hash.
    public init(key: HashKey, kernel: Kernel? = nil) {
        self.init(key: key, mode: UInt32(CHASH_BLAKE3_KEYED), kernel: kernel)
    }

    /// Key derivation: the input is the key material, the output a key for `context` alone.
    ///
    /// The context is a hard-coded, globally unique text, such as `"program date purpose"`.
    public init(context: String, kernel: Kernel? = nil) {
        self.init(materialUnder: Self.contextKey(context, kernel: kernel), kernel: kernel)
    }

    /// Key derivation under a context whose key was computed before.
    init(materialUnder contextKey: HashKey, kernel: Kernel? = nil) {
        self.init(key: contextKey, mode: UInt32(CHASH_BLAKE3_MATERIAL), kernel: kernel)
    }

    private init(key: HashKey?, mode: UInt32, kernel: Kernel?) {
        state = chash_blake3_hasher()
        Blake3.withKey(key) { key, _ in chash_blake3_begin(&state, kernel.number, key, mode) }
    }

    /// Appends `bytes` to the input.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        chash_blake3_update(&state, bytes.baseAddress, bytes.count)
    }

    /// The hash of the input so far, which can be appended to afterwards.
    public func finalize() -> Digest {
        Digest.written { finish($0, Digest.byteCount, at: 0) }
    }

    /// Fills `out` with the bytes of the extendable output that begin at `offset`; any part costs only itself.
    ///
    /// The first 32 bytes are those of `finalize()`. An output has 2^64 bytes; past its end it begins again.
    public func finalize(into out: UnsafeMutableRawBufferPointer, from offset: UInt64 = 0) {
        finish(out.baseAddress, out.count, at: offset)
    }

    /// Forgets the input; mode and key stay.
    public mutating func reset() { chash_blake3_reset(&state) }

    private func finish(_ out: UnsafeMutableRawPointer?, _ count: Int, at offset: UInt64) {
        withUnsafePointer(to: state) { chash_blake3_finish($0, offset, out, count) }
    }

    /// The key that stands for `context` when keys are derived.
    static func contextKey(_ context: String, kernel: Kernel? = nil) -> HashKey {
        var context = context
        let digest = context.withUTF8 { text in
            Digest.written {
                chash_blake3_hash(kernel.number, nil, UInt32(CHASH_BLAKE3_CONTEXT), text.baseAddress, text.count, $0)
            }
        }
        return HashKey(digest)
    }
}
