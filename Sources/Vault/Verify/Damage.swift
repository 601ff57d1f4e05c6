public import Content

/// One thing in a vault that is not what was written, and what it hits.
public struct Damage: Sendable {
    /// What part of a vault is damaged.
    public enum Part: String, Sendable, Codable, CaseIterable {
        /// The descriptor.
        case descriptor
        /// One of the wrapped keys.
        case key
        /// The keyring.
        case keyring
        /// A dataset's ref.
        case ref
        /// A snapshot's blob.
        case snapshot
        /// What says which snapshots of a dataset were forgotten.
        case gaps
        /// The state of garbage collection.
        case gc
        /// A segment of the index; it can be made anew from the packs.
        case index
        /// A pack as a whole: missing, or with bytes that its records do not account for.
        case pack
        /// The record of a chunk or page in a pack.
        case record
        /// A page that snapshots name.
        case page
        /// A chunk that snapshots name.
        case chunk
    }

    /// What a damage hits.
    public struct Hit: Hashable, Sendable {
        /// The dataset; its tag where its name cannot be learned.
        public let dataset: String
        /// The snapshot.
        public let snapshot: ContentID
        /// The file's path, or words for all entries below a page.
        public let path: String
    }

    /// The most hits that are kept of one damage; all are counted.
    public static let hitsMax = 100

    /// What part.
    public let part: Part
    /// The blob, and where in it.
    public let place: String
    /// What is wrong.
    public let problem: String
    /// The chunk or page, where it is one.
    public let id: ContentID?
    /// The files in snapshots that cannot be read for it, each once, at most ``hitsMax``.
    public internal(set) var hits: [Hit] = []
    /// How many there are.
    public internal(set) var hitCount: UInt64 = 0
}
