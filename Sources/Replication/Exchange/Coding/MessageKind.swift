/// What a message of the listing's channel is; its first byte.
enum ListingMessage: UInt8 {
    /// To the source: how to scan, and how its files are to be cut.
    case begin = 1
    /// To the source: names of the nodes below these, or the entries of these leaves, are wanted.
    case ask = 2
    /// To the destination: how many nodes each level has, and the name of the topmost.
    case root = 3
    /// To the destination: the names of the nodes below those that were asked for.
    case nodes = 4
    /// To the destination: entries.
    case entries = 5
    /// To the destination: there are no more entries.
    case end = 6
}

/// What a message of the files' channel is; its first byte.
enum FileMessage: UInt8 {
    /// To the source: these files are wanted.
    case fetch = 1
    /// To the source: these chunks of a stretch are wanted.
    case want = 2
    /// To the destination: records, and the data that belongs to them.
    case batch = 3
    /// To the source: these files are not wanted any more.
    case cancel = 4
    /// To the destination, in an estimate: records, and how long the data is that would belong to them.
    case rehearsed = 5
    /// To the destination, at the end of an estimate: how much later all would have been sent.
    case late = 6
}

/// What is in an entries message, before each item.
enum ListingItem: UInt8 {
    case entry = 1
    case leafEnd = 2
    case failure = 3
}

/// What a record of a batch says.
enum FileRecord: UInt8 {
    /// A file's state and attributes; its data comes with it, later, or not at all.
    case file = 1
    /// A piece of a file's data.
    case piece = 2
    /// The chunks of a stretch of a file.
    case chunks = 3
    /// Chunks of a stretch that were wanted.
    case wanted = 4
    /// Chunks of a stretch, one behind the other, as a patch of pieces that the destination has.
    case patch = 7
    /// All of the file was read, and it held still.
    case end = 5
    /// The file could not be read.
    case failed = 6
    /// Some chunks of a file none of which will be sent.
    case told = 8
}

/// How a file's data comes.
enum FileWay: UInt8 {
    /// All of it with its record.
    case inline = 0
    /// Piece by piece.
    case pieces = 1
    /// Its chunks are told, and those that are wanted come.
    case chunks = 2
    /// Not at all: the destination has it under the former name.
    case none = 3
    /// Its chunks are told, and none is sent: for an estimate.
    case told = 4
    /// It is that of another file, which was sent before.
    case same = 5
}
