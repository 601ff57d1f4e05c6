/// How hard a ``Compressor`` works: one step of those that a ``CompressionPace`` goes up and down.
package struct CompressionStep: Hashable, Sendable {
    /// What is done with each block.
    package let wish: Compression
    /// The level of zstd where `wish` is ``Compression/auto`` and zstd is what pays.
    package let level: Int

    /// As `wish` says, without more.
    package init(_ wish: Compression) { (self.wish, level) = (wish, 1) }

    /// What a probe recommends, with zstd at `level`: what is planes of floating point or random stays that, which no level
    /// of zstd does better.
    package static func probed(level: Int) -> CompressionStep { CompressionStep(wish: .auto, level: level) }

    private init(wish: Compression, level: Int) { (self.wish, self.level) = (wish, level) }
}
