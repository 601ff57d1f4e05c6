internal import Content
internal import Files
internal import Hashing

/// Compresses the chunks of a sample.
///
/// One for each thread.
final class ChunkSampler {
    private let sample: ChunkSample
    private let compressor: Compressor
    private let stores: Bool
    private var output = IOBuffer(count: Compressor.bound(256 << 10))
    private var isNewFile = false

    /// A sampler that compresses as `wish` says what `sample` chooses.
    init(_ sample: ChunkSample, _ wish: Compression) throws {
        self.sample = sample
        stores = wish == .stored
        compressor = try Compressor(wish)
    }

    /// The next chunk is of another file.
    func beginFile() { isNewFile = true }

    /// The length that `plain` compresses to; nil where it is not in the sample.
    func measure(_ plain: UnsafeRawBufferPointer, _ id: ContentID) throws -> UInt32? {
        if stores { return UInt32(plain.count) }
        guard sample.chooses(id.digest.prefix) else { return nil }
        if isNewFile { compressor.beginFile() }
        isNewFile = false
        let bound = Compressor.bound(plain.count)
        if output.bytes.count < bound { output = IOBuffer(count: bound) }
        let start = SystemClock.monotonic()
        let count = try compressor.compress(plain, into: output.bytes).count
        sample.note(seconds: SystemClock.monotonic() - start, bytes: plain.count)
        return UInt32(count)
    }
}
