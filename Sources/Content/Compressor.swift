internal import CLZ4
internal import Model

/// Compresses chunks, each on its own, with contexts that are used again and again.
///
/// One per worker.
///
/// Not for several threads at once. ``Compression/auto`` looks at a sample of each chunk (about 1.5 us), stores what is
/// as good as random, splits words of floating point into planes, and gives the rest to zstd at level 1; what does not
/// save ``leastSaving`` is stored. How a chunk is compressed may depend on its neighbours; what comes out of
/// ``Decompressor`` does not.
public final class Compressor {
    /// The share of the bytes that ``Compression/auto`` must save for a body to be kept.
    public static let leastSaving = 0.03
    /// Chunks below this length are stored by ``Compression/auto``, in bytes: no frame pays.
    static let leastLength = 64
    /// So many bits a byte and fewer always shrink.
    private static let surelyShrinks: Float = 7.5
    /// How much of a chunk a trial compresses, in bytes.
    private static let trialLength = 32768

    private let wish: Compression
    private let zstd: CompressorZstd
    private let floats: FloatCodecEncoder
    private let probe = CodecProbe()
    private let lz4State: UnsafeMutableRawPointer
    private var history = CodecHistory()

    /// A compressor that does as `wish` says.
    ///
    /// - Throws: ``PerigeeError``: `usage` for a level that there is not, `limit` where memory is short.
    public convenience init(_ wish: Compression) throws { try self.init(CompressionStep(wish)) }

    /// A compressor that works as hard as `step` says.
    ///
    /// - Throws: as ``init(_:)-(Compression)``.
    package init(_ step: CompressionStep) throws {
        let wish = step.wish
        var level = step.level
        if case .zstd(let wished) = wish {
            guard wished != 0, Compression.levels.contains(wished) else {
                throw PerigeeError(
                    .usage, "zstd has no level \(wished)", remedy: "choose one from -7 to -1 or from 1 to 22")
            }
            level = wished
        }
        self.wish = wish
        zstd = try CompressorZstd(level: level)
        floats = try FloatCodecEncoder()
        lz4State = .allocate(byteCount: Int(LZ4_sizeofState()), alignment: 16)
    }

    deinit { lz4State.deallocate() }

    /// The capacity that ``compress(_:into:)`` asks of its output for `count` bytes.
    public static func bound(_ count: Int) -> Int { count + count / 128 + 512 }

    /// Forgets what neighbours taught: the next chunk is the first of another file.
    public func beginFile() { history.beginFile() }

    /// Compresses `plain` into `out`, whose capacity is at least ``bound(_:)`` of its length.
    ///
    /// - Returns: the codec used and the length of the body, which is below that of `plain`. For ``Codec/stored`` the count is that of `plain`, and
    ///   `out` holds nothing of use: the caller takes the plain bytes themselves.
    public func compress(
        _ plain: UnsafeRawBufferPointer, into out: UnsafeMutableRawBufferPointer
    ) throws -> (codec: Codec, count: Int) {
        precondition(out.count >= Self.bound(plain.count), "the output is smaller than Compressor.bound asks")
        let best: (codec: Codec, count: Int)? =
            switch wish {
            case .stored: nil
            case .lz4: lz4(plain, into: out).map { (.lz4, $0) }
            case .zstd: zstd.compress(plain, into: out).map { (.zstd, $0) }
            case .auto: plain.count < Self.leastLength ? nil : choose(plain, into: out)
            }
        guard let best, best.count < plain.count else { return (.stored, plain.count) }
        return best
    }

    private func lz4(_ plain: UnsafeRawBufferPointer, into out: UnsafeMutableRawBufferPointer) -> Int? {
        guard plain.count <= LZ4_MAX_INPUT_SIZE else { return nil }
        let count = LZ4_compress_fast_extState(
            lz4State, plain.baseAddress?.assumingMemoryBound(to: CChar.self),
            out.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(plain.count), Int32(clamping: out.count), 1)
        return count > 0 ? Int(count) : nil
    }
}

extension Compressor {
    /// What ``Compression/auto`` makes of a chunk; nil where nothing saves enough.
    private func choose(
        _ plain: UnsafeRawBufferPointer, into out: UnsafeMutableRawBufferPointer
    ) -> (codec: Codec, count: Int)? {
        guard plain.count >= CodecProbe.least else { return general(plain, into: out) }
        switch probe.look(at: plain) {
        case .random:
            guard history.doubts() else { return nil }
            let result = general(plain, into: out)
            history.learn(doubtPaid: result != nil)
            return result
        case .words(let shape, let share):
            return words(plain, shape, share: share, into: out)
        case .general(let bits):
            guard bits < Self.surelyShrinks || history.takesChance() else { return nil }
            let result = general(plain, into: out)
            history.learn(generalPaid: result != nil)
            return result
        }
    }

    /// Planes, unless they fail or zstd was seen to be better for this file.
    private func words(
        _ plain: UnsafeRawBufferPointer, _ shape: FloatCodec.Shape, share: Float,
        into out: UnsafeMutableRawBufferPointer
    ) -> (codec: Codec, count: Int)? {
        if history.asksTrial() {
            let part = UnsafeRawBufferPointer(rebasing: plain.prefix(Self.trialLength))
            let count = zstd.compress(part, into: out) ?? part.count
            history.learn(generalWins: Float(count) < share * Float(part.count))
        }
        if !history.isGeneralPreferred, let count = floats.encode(plain, shape, into: out), saves(count, of: plain) {
            return (shape.codec, count)
        }
        return general(plain, into: out)
    }

    private func general(
        _ plain: UnsafeRawBufferPointer, into out: UnsafeMutableRawBufferPointer
    ) -> (codec: Codec, count: Int)? {
        guard let count = zstd.compress(plain, into: out), saves(count, of: plain) else { return nil }
        return (.zstd, count)
    }

    private func saves(_ count: Int, of plain: UnsafeRawBufferPointer) -> Bool {
        Double(count) <= Double(plain.count) * (1 - Self.leastSaving)
    }
}
