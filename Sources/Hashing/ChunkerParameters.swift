internal import Model

/// What decides where data is cut into chunks: the same for every site of a dedup domain, and frozen in its descriptor.
///
/// The hash of stage 1 and all rules below are part of format version 1; `chash_chunker.h` holds the formulas.
///
/// - A chunk has at least ``minimum`` and at most ``maximum`` bytes, save the last of its data. Nothing before
///   ``minimum`` is tested.
/// - Stage 1 makes one position in `65536 / threshold` a candidate, ``threshold`` being 2^20 / ``average``: 16 of them
///   in an average chunk.
/// - Stage 2 lets one candidate in 64 cut before the ``normal`` point and one in 4 after it. The rates of cutting are
///   then 1 / (4 average) and 4 / average, which narrows the lengths around the average.
/// - Candidate number ``candidateCap`` of a chunk cuts whatever stage 2 says. Periodic data may make every position a
///   candidate; this bounds the work, and a cut still depends on nothing but the bytes since the last one.
public struct ChunkerParameters: Hashable, Sendable {
    /// The averages that can be chosen, in bytes; powers of two among them only.
    public static let averages = 4096...1_048_576
    /// The number of the candidate that cuts without being judged.
    public static let candidateCap = 256

    /// The mean length of chunks of random data, in bytes, within a few per cent.
    public let average: Int
    /// The multipliers of stage 1's two groups of taps; odd, and at least 16384 away from 0 modulo 2^16.
    public let k1, k2: UInt16
    /// The nine constants of stage 2.
    public let fold: [UInt64]

    /// The least length of a chunk that is not the last, in bytes.
    public var minimum: Int { average / 4 }
    /// The greatest length of a chunk, in bytes.
    public var maximum: Int { average * 4 }
    /// How many of the 65536 values of stage 1's hash make a candidate.
    public var threshold: UInt16 { UInt16((1 << 20) / average) }

    /// The length from which on stage 2 is lenient, in bytes.
    ///
    /// With lengths in units of the average, hazard 1/4 from 1/4 to n and 4 from there, the mean length is
    /// `1/4 + 4 (1 - q) + q / 4` where `q = exp(-(n - 1/4) / 4)`, neglecting the few chunks that reach the maximum. It is 1
    /// where `q = 3.25 / 3.75`, which gives `n = 1/4 + 4 ln(3.75 / 3.25) = 0.8224 = 842 / 1024`.
    public var normal: Int { average / 1024 * 842 }

    /// Chunks of 16 to 256 KiB, 64 KiB on average, cut by the fixed constants.
    public static let standard = ChunkerParameters(average: 65536, k1: 0x6b2d, k2: 0x9e35, fold: standardFold)

    /// The first 576 bits of pi's fraction.
    private static let standardFold: [UInt64] = [
        0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344, 0xa409_3822_299f_31d0,
        0x082e_fa98_ec4e_6c89, 0x4528_21e6_38d0_1377, 0xbe54_66cf_34e9_0c6c,
        0xc0ac_29b7_c97c_50dd, 0x3f84_d5b5_b547_0917, 0x9216_d5d9_8979_fb1b,
    ]

    private init(average: Int, k1: UInt16, k2: UInt16, fold: [UInt64]) {
        self.average = average
        self.k1 = k1
        self.k2 = k2
        self.fold = fold
    }

    /// Parameters for chunks of `average` bytes, cut by constants drawn from `secret`, or by the fixed ones.
    ///
    /// The constants are 76 bytes of BLAKE3 in its derive-key mode. A secret makes cut points differ from domain to domain;
    /// no promise is made that they hide what the data is.
    ///
    /// - Throws: ``PerigeeError`` (`usage`) unless `average` is a power of two in ``averages``.
    public init(average: Int, secret: HashKey?) throws {
        guard Self.averages.contains(average), average.nonzeroBitCount == 1 else {
            throw PerigeeError(
                .usage, "chunks cannot have an average of \(average) bytes",
                remedy: "choose a power of two from 4 KiB to 1 MiB")
        }
        guard let secret else {
            self.init(average: average, k1: Self.standard.k1, k2: Self.standard.k2, fold: Self.standardFold)
            return
        }
        var hasher = Blake3Hasher(context: "perigee 2026-11 chunker constants v1")
        secret.withUnsafeBytes { hasher.update($0) }
        let bytes = withUnsafeTemporaryAllocation(byteCount: 76, alignment: 8) { buffer in
            hasher.finalize(into: buffer, from: 0)
            return [UInt8](buffer)
        }
        self = bytes.withUnsafeBytes { bytes in
            ChunkerParameters(
                average: average, k1: Self.multiplier(bytes.number(at: 72)), k2: Self.multiplier(bytes.number(at: 74)),
                fold: (0..<9).map { bytes.number(at: $0 * 8) })
        }
    }

    /// `random` made odd, and from 0x4000 to 0xbfff: near 0 modulo 2^16 a product would not reach the high bits.
    private static func multiplier(_ random: UInt16) -> UInt16 {
        let low = random & 0x3fff | 1
        return random & 0x8000 == 0 ? low | 0x4000 : low | 0x8000
    }
}

extension ChunkerParameters {
    /// The length of the encoded form in bytes.
    public static let encodedByteCount = 88

    /// The form frozen in descriptors: little-endian version (1, u32), average (u32), k1, k2, threshold and 0 (u16),
    /// then stage 2's nine constants (u64).
    public func encoded() -> [UInt8] {
        var out = [UInt8]()
        out.reserveCapacity(Self.encodedByteCount)
        func append(_ number: some FixedWidthInteger) {
            withUnsafeBytes(of: number.littleEndian) { out.append(contentsOf: $0) }
        }
        append(UInt32(1))
        append(UInt32(average))
        for number in [k1, k2, threshold, 0] { append(number) }
        for number in fold { append(number) }
        return out
    }

    /// Reads what ``encoded()`` wrote.
    ///
    /// - Throws: ``PerigeeError``: `format` where the version is a later one, `damaged` for anything else that
    ///   ``encoded()`` cannot have written.
    public init(decoding bytes: UnsafeRawBufferPointer) throws {
        let damaged = PerigeeError(.damaged, "the chunker's parameters are not what was written")
        guard bytes.count == Self.encodedByteCount else { throw damaged }
        let version: UInt32 = bytes.number(at: 0)
        guard version == 1 else {
            throw PerigeeError(
                .format, "the chunker's version \(version) is not known", remedy: "use a later version of perigee")
        }
        let average = Int(bytes.number(at: 4) as UInt32)
        guard Self.averages.contains(average), average.nonzeroBitCount == 1 else { throw damaged }
        let multipliers: [UInt16] = [bytes.number(at: 8), bytes.number(at: 10)]
        guard multipliers.allSatisfy({ $0 & 1 == 1 && (0x4000...0xbfff).contains($0) }) else { throw damaged }
        self.init(
            average: average, k1: multipliers[0], k2: multipliers[1],
            fold: (0..<9).map { bytes.number(at: 16 + $0 * 8) })
        guard bytes.number(at: 12) == threshold, bytes.number(at: 14) == UInt16(0) else { throw damaged }
    }

    /// Reads what ``encoded()`` wrote; see ``init(decoding:)-(UnsafeRawBufferPointer)``.
    public init(decoding bytes: [UInt8]) throws {
        self = try bytes.withUnsafeBytes { try ChunkerParameters(decoding: $0) }
    }
}

extension UnsafeRawBufferPointer {
    /// The little-endian number at `offset`, which must be within bounds with all its bytes.
    fileprivate func number<Number: FixedWidthInteger>(at offset: Int) -> Number {
        Number(littleEndian: loadUnaligned(fromByteOffset: offset, as: Number.self))
    }
}
