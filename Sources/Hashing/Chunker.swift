internal import CHash

/// Cuts bytes into chunks where their content says so.
///
/// Where data is cut depends only on the bytes since the last cut: not on how it was buffered or split, not on the
/// kernel. So equal runs in different files, or the same run after an insertion, meet the same cuts again.
///
/// ```swift
/// let chunker = Chunker(.standard)
/// var lengths = [Int]()
/// let consumed = chunker.cut(bytes, isLast: false, into: &lengths)
/// // hash the chunks; then present bytes[consumed...] again, with what follows it
/// ```
///
/// It costs about a quarter of hashing (20 GB/s a core with AVX2, 27 with AVX-512), and shares nothing: use one from
/// many threads.
public struct Chunker: Sendable {
    /// What decides where the cuts are.
    public let parameters: ChunkerParameters
    private let rule: chash_chunker
    private let kernel: UInt32

    /// A chunker that cuts by `parameters`, with the best kernel of this processor or, for tests, with `kernel`.
    public init(_ parameters: ChunkerParameters, kernel: Kernel? = nil) {
        self.parameters = parameters
        let fold = parameters.fold
        rule = chash_chunker(
            fold: (fold[0], fold[1], fold[2], fold[3], fold[4], fold[5], fold[6], fold[7], fold[8]),
            early: 1 << 58, late: 1 << 62,
            minimum: parameters.minimum, normal: parameters.normal, maximum: parameters.maximum,
            cap: UInt32(ChunkerParameters.candidateCap),
            k1: parameters.k1, k2: parameters.k2, threshold: parameters.threshold)
        self.kernel = (kernel.map { $0.isAvailable ? $0 : .portable } ?? Kernel.available.first ?? .portable).number
    }

    /// Cuts `bytes`, which begin at a cut, and appends the lengths of all chunks that are certain to `lengths`.
    ///
    /// A chunk is certain once nothing that may follow can change it; `maximum` bytes always hold one. With `isLast`
    /// nothing follows and all of `bytes` is cut, the last chunk being as short as one byte.
    ///
    /// - Returns: the sum of the lengths appended. The caller presents the other bytes again, with more behind them.
    public func cut(_ bytes: UnsafeRawBufferPointer, isLast: Bool, into lengths: inout [Int]) -> Int {
        var consumed = 0
        while let length = first(UnsafeRawBufferPointer(rebasing: bytes[consumed...]), isLast: isLast) {
            lengths.append(length)
            consumed += length
        }
        return consumed
    }

    /// The length of the first chunk of `bytes`, which begin at a cut; nil where there is none or it is not certain.
    public func first(_ bytes: UnsafeRawBufferPointer, isLast: Bool) -> Int? {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return nil }
        let length = withUnsafePointer(to: rule) { rule in
            chash_chunker_cut(
                rule, kernel, start.assumingMemoryBound(to: UInt8.self), bytes.count, isLast ? 1 : 0)
        }
        return length == 0 ? nil : length
    }
}
