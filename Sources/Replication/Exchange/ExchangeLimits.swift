/// The limits of the exchange of trees; what passes one is refused by whoever receives it.
public enum ExchangeLimits {
    /// The most bytes of a message.
    public static let message = 1 << 20
    /// The plain bytes of files that one message carries at most; of a large file each message has so many.
    static let batch = 512 << 10
    /// The plain bytes of small files that are compressed as one where that makes them shorter: at most a ``block``.
    static let gathered = 2 << 20
    /// Records of a batch are sent once they take so many bytes, whatever data goes with them.
    static let records = 128 << 10
    /// The most plain bytes of a block: records, or data of chunks that are sent together.
    static let block = 2 << 20
    /// Entries are sent once they take so many bytes.
    static let entries = 64 << 10
    /// Entries of a listing that are sent before those that follow, and ahead of being asked for.
    static let entriesAhead = 32
    /// The bytes of a listing that come along with a job: with it no more than a connection sends at once when it is new.
    static let listingAhead = 4 << 10
    /// The messages of these.
    static let messagesAhead = 4
    /// Files asked for and not yet in place.
    static let filesAhead: UInt64 = 16_384
    /// The bytes of these files, a large one counted as ``largeFile``: shrunk to a third, as much as a link of 1 Gbit/s
    /// holds at a round trip of half a second.
    static let bytesAhead: UInt64 = 192 << 20
    /// The same where all of a file is held in memory until it is read.
    static let bytesHeld: UInt64 = 64 << 20
    /// A file counts as no more than this, so that the next ones begin while it is moved.
    static let largeFile: UInt64 = 16 << 20
    /// Files asked for in one message.
    static let requests = 256
    /// Stretches of a file whose chunks are told before the other end has said which it wants.
    static let stretchesAhead = 64
    /// Leaves of a listing asked for in one message.
    static let leavesAsked = 64
    /// Messages that ask for leaves and are not yet answered.
    static let asksAhead = 8
    /// Nodes of a listing asked for in one message.
    static let nodesAsked = 4096
    /// The entries of a listing.
    static let listing: UInt64 = 1 << 32
    /// The names of pieces that come with wishes for a stretch, in bytes.
    static let names = 512 << 10
    /// Failures that a listing tells.
    static let failures = 65_536
    /// Texts: error messages, names, places.
    static let text = 4096
    /// Files shorter than this are sent whole even where the destination has an older version: asking costs more.
    static let wholeFile: UInt64 = 48 << 10
    /// Files with at least so many bytes are kept when a run breaks off, so that the next one need not begin anew.
    static let keptFile: UInt64 = 4 << 20
    /// Files with more data than this are not held against older versions: the memory for their chunks is bounded.
    static let comparedFile: UInt64 = 64 << 30
    /// Rules of a filter.
    static let rules = 65_536
    /// Messages of a received kind that wait for a worker, in bytes.
    static let receivedBytes = 8 << 20
    /// What may be on its way of files from the beginning; more as it is taken.
    static let firstWindow = 16 << 20
}
