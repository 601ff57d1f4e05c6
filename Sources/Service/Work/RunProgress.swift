internal import Foundation

/// How far an attempt has come.
public struct RunProgress: Codable, Hashable, Sendable {
    /// What it is busy with.
    public var phase: String
    /// How long it has worked, in seconds.
    public var seconds: Double
    /// Files, folders, links and nodes that are behind it.
    public var files: UInt64
    /// Bytes of the source that are behind it.
    public var logical: UInt64
    /// Plain bytes that the destination lacked.
    public var missing: UInt64
    /// Bytes that crossed between the two ends.
    public var wire: UInt64
    /// Files in all; nil while not known.
    public var totalFiles: UInt64?
    /// Bytes of the source in all.
    public var totalLogical: UInt64?
    /// Plain bytes that the destination lacks in all.
    public var totalMissing: UInt64?
    /// How fast the source is worked through, in bytes a second.
    public var logicalPerSecond: Double?
    /// How fast bytes cross.
    public var wirePerSecond: Double?
    /// How long it will still take.
    public var secondsLeft: Double?

    /// Reads a line of `--progress json`; nil where `line` is none.
    public init?(line: String) {
        guard line.hasPrefix("{"), line.contains("perigee.progress/1") else { return nil }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let progress = try? decoder.decode(RunProgress.self, from: Data(line.utf8)) else { return nil }
        self = progress
    }
}
