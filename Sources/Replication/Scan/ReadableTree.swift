internal import Model
internal import Vault

/// A tree that is read, wherever its files lie: in a folder, in a snapshot of a vault, at another site.
protocol ReadableTree: AnyObject, Sendable {
    /// All entries in path order, with the root first; for one thread.
    func feed() throws -> any EntryFeed

    /// What feeds could not read so far; complete for what lies before the entry that a feed gave last.
    var failures: [ScanFailure] { get }

    /// How many there are.
    var failureCount: Int { get }

    /// A fresh look at one path.
    ///
    /// - Throws: `notFound` where there is nothing any more.
    func scan(_ path: TreePath) throws -> ScannedEntry

    /// The attributes of an entry, extended ones included; holes only where the entry is opened.
    ///
    /// - Throws: `changed` where it is no longer what the scan saw, `notFound` where it is gone.
    func complete(_ scanned: ScannedEntry) throws -> Attributes

    /// The file that `scanned` is.
    ///
    /// - Throws: `changed` where it is no longer the file that the scan saw, `notFound` where it is gone.
    func file(of scanned: ScannedEntry) throws -> any ReadableFile

    /// The file at `path` as it is now, and what a look at it tells.
    ///
    /// - Throws: `changed` where it is no file, `notFound` where there is nothing.
    func file(at path: TreePath) throws -> (scanned: ScannedEntry, file: any ReadableFile)

    /// Whether there is nothing at `path` any more, for certain.
    func isGone(_ path: TreePath) -> Bool

    /// Says that the files among `items` will be read soon, before anybody opens them; waits where too much is ahead.
    func expect(_ items: [ArchiveItem]) throws

    /// - Throws: what ended all reading; what fails otherwise is a file's own affair.
    func check() throws

    /// Ends whoever waits for something of the tree with `error`.
    func fail(_ error: any Error)
}

extension ReadableTree {
    func file(at path: TreePath) throws -> (scanned: ScannedEntry, file: any ReadableFile) {
        let scanned = try scan(path)
        guard scanned.attributes.kind == .file else { throw PerigeeError.changed(path) }
        return (scanned, try file(of: scanned))
    }

    func expect(_ items: [ArchiveItem]) throws {}

    func check() throws {}

    func fail(_ error: any Error) {}
}

/// A file of a tree that is read; several threads may read from it at once.
///
/// What is read is only worth something once ``recheck()`` has said that the file held still.
protocol ReadableFile: AnyObject, Sendable {
    /// Where it is.
    var path: TreePath { get }

    /// All its attributes, extended ones and holes included; the link group is the caller's.
    var attributes: Attributes { get }

    /// The bytes of data, holes left out.
    var dataSize: UInt64 { get }

    /// Reads data from `dataOffset` on, counted without holes, until `buffer` is full or the data ends.
    ///
    /// - Returns: how many bytes were read; fewer than asked for also where the file has become shorter.
    func read(into buffer: UnsafeMutableRawBufferPointer, at dataOffset: UInt64) throws -> Int

    /// Says whether the file still is what it was when it was scanned.
    ///
    /// - Throws: `changed` where it is not: then what was read may be neither the old nor the new content.
    func recheck() throws
}

extension TreeReader: ReadableFile {}

extension SourceTree: ReadableTree {
    func feed() throws -> any EntryFeed { scanner() }

    func file(of scanned: ScannedEntry) throws -> any ReadableFile { try open(scanned) }

    func file(at path: TreePath) throws -> (scanned: ScannedEntry, file: any ReadableFile) { try openNow(path) }
}
