internal import CHash
internal import Model

/// The body of a chunk of floating-point words: planes of bytes, of which only the orderly ones are coded.
///
/// The exponents of real data are few and skewed, its mantissas as good as random. So each word is rotated left by one
/// bit, which makes the exponent of a bfloat16 or float32 fill the highest byte and puts the sign last; the words are
/// split into planes, plane k holding byte k of all rotated words; the planes worth it (as a rule the exponents', the
/// highest) are coded by Zstandard, and the others stored.
///
/// Layout, version 1. A word has W bytes, 2 for ``Codec/bfloat16`` and 4 for ``Codec/float32``, little-endian. Where
/// chunks begin is up to their content, so the first P bytes may belong to no whole word.
///
/// | bytes | what |
/// |---|---|
/// | 1 | head: bits 0-1 the phase P < W; bits 2-3 zero; bit 4 + k set where plane k is coded, zero for k >= W |
/// | 4 each | the length of each coded plane, ascending k, little-endian |
/// | P | the first P bytes of the chunk |
/// | (L - P) mod W | its last bytes, L being its length, which the record's header gives |
/// | N each | the stored planes, ascending k; N = (L - P) div W, the number of words |
/// | as given | the coded planes, ascending k: one Zstandard frame of N bytes each |
///
/// L >= P. Nothing follows, and no plane overlaps another.
struct FloatCodec {
    /// How a chunk is taken for words.
    struct Shape: Equatable {
        /// Bytes a word: 2 or 4.
        var width: Int
        /// Where the first whole word begins, below the width.
        var phase: Int
        /// Bit k is set where plane k is coded.
        var coded: UInt8

        /// The codec's name in records.
        var codec: Codec { width == 2 ? .bfloat16 : .float32 }
        /// The first byte of the body.
        var head: UInt8 { UInt8(phase) | coded << 4 }
        /// Whether plane `k` is coded.
        func isCoded(_ k: Int) -> Bool { coded >> UInt8(k) & 1 == 1 }
        /// The bytes before the words and after them, and the number of words, in a chunk of `count` bytes >= phase.
        func parts(of count: Int) -> (tail: Int, words: Int) {
            let (words, tail) = (count - phase).quotientAndRemainder(dividingBy: width)
            return (tail, words)
        }

        /// Some shape.
        init(width: Int, phase: Int, coded: UInt8) {
            self.width = width
            self.phase = phase
            self.coded = coded
        }

        /// The shape that `head` says; nil where no encoder writes such a head.
        init?(width: Int, head: UInt8) {
            self.init(width: width, phase: Int(head & 3), coded: head >> 4)
            guard head & 0x0c == 0, phase < width, Int(coded) < 1 << width else { return nil }
        }
    }

    /// Splits the words at `words` into `planes`, each of `count` bytes.
    static func split(
        _ words: UnsafePointer<UInt8>, count: Int, width: Int, into planes: [UnsafeMutablePointer<UInt8>?],
        kernel: UInt32
    ) {
        if width == 2 {
            chash_planes_split2(kernel, words, count, planes)
        } else {
            chash_planes_split4(kernel, words, count, planes)
        }
    }

    /// Joins `planes`, each of `count` bytes, to the words at `words`.
    static func join(
        _ planes: [UnsafePointer<UInt8>?], count: Int, width: Int, into words: UnsafeMutablePointer<UInt8>,
        kernel: UInt32
    ) {
        if width == 2 {
            chash_planes_join2(kernel, planes, count, words)
        } else {
            chash_planes_join4(kernel, planes, count, words)
        }
    }
}
