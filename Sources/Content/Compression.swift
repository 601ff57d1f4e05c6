/// What the user wishes of compression.
public enum Compression: Hashable, Sendable {
    /// For each chunk whatever a cheap probe recommends: stored, planes of floating-point words, or zstd at level 1.
    case auto
    /// None.
    case stored
    /// LZ4 for every chunk that it shrinks.
    case lz4
    /// Zstandard at `level`, one of ``levels`` but 0, for every chunk that it shrinks.
    case zstd(level: Int)

    /// The levels of Zstandard that can be wished for: below 0 faster and larger, above slower and smaller.
    public static let levels = -7...22

    /// Reads `auto`, `stored`, `lz4`, `zstd` (level 3) or `zstd:LEVEL`; nil for anything else.
    public init?(parsing text: String) {
        switch text {
        case "auto": self = .auto
        case "stored": self = .stored
        case "lz4": self = .lz4
        case "zstd": self = .zstd(level: 3)
        default:
            guard text.hasPrefix("zstd:"), let level = Int(text.dropFirst(5)), level != 0, Self.levels.contains(level)
            else { return nil }
            self = .zstd(level: level)
        }
    }
}

extension Compression: CustomStringConvertible {
    /// The form that ``init(parsing:)`` reads.
    public var description: String {
        switch self {
        case .auto: "auto"
        case .stored: "stored"
        case .lz4: "lz4"
        case .zstd(let level): "zstd:\(level)"
        }
    }
}
