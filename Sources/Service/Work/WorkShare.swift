internal import Configurations
internal import Model
internal import Workers

/// What one attempt may use of the host: its part of what the configuration lets all of them use.
public struct WorkShare: Hashable, Sendable {
    /// The most threads; nil for as many as there are processors.
    public var threads: Int?
    /// The most memory, in bytes; nil for the usual bounds.
    public var memory: UInt64?

    /// The usual bounds.
    public init() {}

    /// A part of `limits` where so many work at once.
    init(_ limits: HostLimits, of count: Int) {
        threads = limits.threads.map { max(1, $0 / max(1, count)) }
        memory = limits.memory.map { $0.bytes / UInt64(max(1, count)) }
    }

    /// What it is, in words that follow others; empty for the usual bounds.
    var words: String {
        let parts = [
            threads.map { $0.counted("thread") }, memory.map { "\(ByteCount($0)) of memory" },
        ].compactMap { $0 }
        return parts.isEmpty ? "" : ", with at most \(parts.joined(separator: ", and "))"
    }

    /// The variables by which a child is told.
    var variables: [String: String] {
        var out: [String: String] = [:]
        if let threads { out[ProcessBounds.threadsVariable] = "\(threads)" }
        if let memory { out[ProcessBounds.memoryVariable] = "\(memory)" }
        return out
    }
}
