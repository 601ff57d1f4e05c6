public import Content
internal import Hashing

/// What was asked of a run, as far as it changes what moves; runs of one pair of ends are told apart by it.
public struct RunWishes: Hashable, Sendable {
    /// The beginning of the BLAKE3 of what was asked.
    let digest: String
    /// Whether an estimate and a run count missing bytes alike: between trees an estimate counts chunks, a run files.
    let comparesMissing: Bool

    private init(_ text: String, comparesMissing: Bool) {
        digest = String(Array(text.utf8).withUnsafeBytes { Blake3.hash($0) }.hex.prefix(16))
        self.comparesMissing = comparesMissing
    }

    /// A snapshot after `base`, of what `scan` says.
    public static func intoVault(
        after base: ContentID?, compression: Compression, scan: ScanOptions, rereads: Bool
    ) -> RunWishes {
        let base = base?.digest.hex ?? "none"
        return RunWishes("into \(base) \(compression) \(rereads) \(words(scan))", comparesMissing: true)
    }

    /// A sync between trees.
    public static func betweenTrees(_ options: SyncOptions) -> RunWishes {
        RunWishes(
            "trees \(options.deletes) \(options.comparesContent) \(words(options.scan))", comparesMissing: false)
    }

    /// A restore of `snapshot`.
    public static func outOfVault(_ snapshot: ContentID) -> RunWishes {
        RunWishes("out \(snapshot.digest.hex)", comparesMissing: true)
    }

    /// A sync of `snapshot`, and with `history` of those before it, into a vault where `base` is the newest one.
    public static func betweenVaults(
        _ snapshot: ContentID, after base: ContentID?, history: Bool, compression: Compression
    ) -> RunWishes {
        let base = base?.digest.hex ?? "none"
        return RunWishes(
            "between \(snapshot.digest.hex) \(base) \(history) \(compression)", comparesMissing: true)
    }

    private static func words(_ scan: ScanOptions) -> String {
        scan.filter.rules.reduce(into: "\(scan.oneFileSystem)") { text, rule in
            switch rule {
            case .include(let pattern): text += "\n+\(pattern)"
            case .exclude(let pattern): text += "\n-\(pattern)"
            }
        }
    }
}
