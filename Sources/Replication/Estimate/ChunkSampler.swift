internal import Content
internal import Files
internal import Hashing

/// Compresses the chunks of a sample.
///
/// One for each thread.
final class ChunkSampler {
    private let sample: ChunkSample
    private var compressor: Compressor
    private let stores: Bool
    private let packs: RehearsedPacks?
    private var output = IOBuffer(count: Compressor.bound(256 << 10))
    private var isNewFile = false

    /// A sampler that compresses what `sample` chooses: as `wish` says, or as hard as `packs` go that would hand it over.
    init(_ sample: ChunkSample, _ wish: Compression, packs: RehearsedPacks? = nil) throws {
        self.sample = sample
        self.packs = packs
        stores = wish == .stored
        compressor = try packs.map { try Compressor($0.step) } ?? Compressor(wish)
    }

    /// The next chunk is of another file.
    func beginFile() { isNewFile = true }

    /// The length that `plain` compresses to; nil where it is not in the sample.
    func measure(_ plain: UnsafeRawBufferPointer, _ id: ContentID) throws -> UInt32? {
        if stores { return UInt32(plain.count) }
        guard sample.chooses(id.digest.prefix) else {
            if let packs { try follow(packs.leaveOut(plain.count)) }
            return nil
        }
        if isNewFile { compressor.beginFile() }
        isNewFile = false
        let bound = Compressor.bound(plain.count)
        if output.bytes.count < bound { output = IOBuffer(count: bound) }
        let start = SystemClock.monotonic()
        let count = try compressor.compress(plain, into: output.bytes).count
        let seconds = SystemClock.monotonic() - start
        sample.note(seconds: seconds, bytes: plain.count)
        if let packs { try follow(packs.take(plain.count, made: count, in: seconds)) }
        return UInt32(count)
    }

    /// Compresses as hard as the packs go, where `isOther` says that this is another step now.
    private func follow(_ isOther: Bool) throws {
        guard isOther, let packs else { return }
        compressor = try Compressor(packs.step)
    }
}
