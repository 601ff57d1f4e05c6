internal import Model
public import Storage
internal import Synchronization
internal import Workers

/// What every blob store must do; a new one is done when all of these pass.
///
/// Each check gets a store with nothing in it and throws a ``Failure`` where a promise is broken:
///
///     @Test(arguments: BlobStoreConformance.allCases)
///     func `The store keeps its promises`(check: BlobStoreConformance) throws { try check.run(MyStore()) }
public enum BlobStoreConformance: String, CaseIterable, Sendable, CustomStringConvertible {
    case whatIsPutIsRead = "what is put is read, whatever its length and number of parts"
    case rangesEndWhereTheBlobEnds = "ranges are read exactly, and end where the blob ends"
    case whatIsMissingIsSaid = "a blob that is not there is said to be missing"
    case infoTellsSizeAndVersion = "info tells the size, and a version that changes with the bytes"
    case absentPutsOnce = "a put where nothing may be succeeds once and changes nothing after"
    case matchingPutsNeedTheVersion = "a put on a version succeeds on that version only"
    case oneWriterCreates = "of eight writers that create one blob at once, one succeeds"
    case oneWriterReplaces = "of eight writers that replace one version at once, one succeeds"
    case countersLoseNothing = "eight threads that count by compare-and-set lose no step"
    case readersSeeWholeBlobs = "readers never see parts of two blobs while it is overwritten"
    case listingsAreOrdered = "listings are in the order of the keys' bytes, whatever the page size"
    case listingsKeepToThePrefix = "listings hold what begins with the prefix, and nothing else"
    case deletingIsQuiet = "deleting takes the blob away, and is no error where there is none"
    case stagingCommits = "a staged blob appears whole, and only at its commit"
    case stagingVanishes = "a staged blob that is dropped, or not committed, leaves nothing"
    case stagingKeepsConditions = "a staged blob is committed only where its condition holds"
    case longestKey = "the longest keys work, and all letters that keys may have"
    case comforts = "get, fetch and exists say what is there"
    case repliesAreInOrder = "several questions are answered in their order, those that fail among them"
    case putsInTurn = "puts in turn are there up to the first that fails, and none after it"
    case severalReads = "several reads that are begun bring what single ones bring"

    /// A promise that was broken.
    public struct Failure: Error, CustomStringConvertible {
        /// Which, and how.
        public let description: String
    }

    /// The promise, as a sentence.
    public var description: String { rawValue }

    /// Runs the check on `store`, which is empty.
    public func run(_ store: any BlobStore) throws {
        switch self {
        case .whatIsPutIsRead: try Self.checkWhatIsPutIsRead(store)
        case .rangesEndWhereTheBlobEnds: try Self.checkRanges(store)
        case .whatIsMissingIsSaid: try Self.checkMissing(store)
        case .infoTellsSizeAndVersion: try Self.checkInfo(store)
        case .absentPutsOnce: try Self.checkAbsent(store)
        case .matchingPutsNeedTheVersion: try Self.checkMatches(store)
        case .oneWriterCreates: try Self.checkOneWriter(store, existing: false)
        case .oneWriterReplaces: try Self.checkOneWriter(store, existing: true)
        case .countersLoseNothing: try Self.checkCounter(store)
        case .readersSeeWholeBlobs: try Self.checkAtomicity(store)
        case .listingsAreOrdered: try Self.checkListing(store)
        case .listingsKeepToThePrefix: try Self.checkPrefix(store)
        case .deletingIsQuiet: try Self.checkDelete(store)
        case .stagingCommits: try Self.checkStaging(store)
        case .stagingVanishes: try Self.checkStagingDropped(store)
        case .stagingKeepsConditions: try Self.checkStagingConditions(store)
        case .longestKey: try Self.checkKeys(store)
        case .comforts: try Self.checkComforts(store)
        case .repliesAreInOrder: try Self.checkReplies(store)
        case .putsInTurn: try Self.checkPutsInTurn(store)
        case .severalReads: try Self.checkReads(store)
        }
    }
}

extension BlobStoreConformance {
    static func expect(_ holds: Bool, _ otherwise: @autoclosure () -> String) throws {
        if !holds { throw Failure(description: otherwise()) }
    }

    static func expect(_ code: PerigeeError.Code, _ doing: String, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as PerigeeError {
            return try expect(error.code == code, "\(doing) gives \(error.code), not \(code): \(error)")
        }
        throw Failure(description: "\(doing) succeeds")
    }

    static func key(_ text: String) throws -> BlobKey {
        guard let key = BlobKey(text) else { throw Failure(description: "\(text) is no key") }
        return key
    }

    /// `count` bytes from `offset` on.
    static func read(_ store: any BlobStore, _ key: BlobKey, _ offset: UInt64, _ count: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: max(1, count)) { buffer, filled in
            let room = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count])
            filled = try store.read(key, at: offset, into: room)
        }
    }

    static func keys(_ store: any BlobStore, _ prefix: String, pageSize: Int = 1000) throws -> [String] {
        var keys = [String]()
        try store.listAll(prefix, pageSize: pageSize).forEach { keys.append($0.key.text) }
        return keys
    }
}
