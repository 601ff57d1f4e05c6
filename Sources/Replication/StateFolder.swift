internal import Hashing
internal import Model

/// The folder where this machine remembers what it did: records, estimates and outcomes of runs.
///
/// Nothing in it is needed: without it the next run reads more than it would have to. Nothing in it is trusted to say
/// that bytes are right, only that files have not changed since they were read.
public struct StateFolder: Sendable {
    /// The folder's path.
    public let path: String

    /// The folder at `path`, made on first use.
    public init(path: String) { self.path = path }

    /// Says that what was learnt could not be kept.
    static func warning(_ error: any Error) -> String {
        let reason = (error as? PerigeeError).map { [$0.message, $0.place].compactMap { $0 }.joined(separator: ": ") }
        return "what was learnt could not be kept, so the next run reads more: \(reason ?? "\(error)")"
    }

    /// The file that keeps what is remembered of `pair` under `kind`.
    func file(_ kind: StaticString, for pair: EndpointPair) -> String {
        "\(path)/\(kind)/\(pair.digest.hex.prefix(32))"
    }
}

/// A source and a destination, as the names under which things are remembered.
public struct EndpointPair: Hashable, Sendable {
    /// Where the data comes from, as an absolute path or a vault and a dataset.
    public let source: String
    /// Where it goes.
    public let destination: String

    /// A pair; both are written so that they mean the same from any folder.
    public init(source: String, destination: String) {
        self.source = source
        self.destination = destination
    }

    /// A name for the pair that is fit for a file.
    var digest: Digest {
        var hasher = Blake3Hasher()
        for part in [source, destination] {
            withUnsafeBytes(of: UInt64(part.utf8.count).littleEndian) { hasher.update($0) }
            Array(part.utf8).withUnsafeBytes { hasher.update($0) }
        }
        return hasher.finalize()
    }
}
