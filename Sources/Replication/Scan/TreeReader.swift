internal import Files
public import Model

/// An open file of a tree that is read.
///
/// Several threads may read from it at once.
///
/// What is read is only worth something once ``recheck()`` has said that the file held still.
public final class TreeReader: Sendable {
    /// Where it is.
    public let path: TreePath
    /// All its attributes, extended ones and holes included; the link group is the caller's.
    public let attributes: Attributes
    /// The runs of data between the holes, in order.
    public let dataExtents: [Extent]
    /// The bytes of data, holes left out.
    public let dataSize: UInt64
    /// The file, open for reading.
    let file: OpenFile
    private let identity: Guard
    /// Where each run begins when the holes are left out.
    private let starts: [UInt64]

    /// Takes over `file`, which was opened at the path of `scanned`.
    ///
    /// - Throws: `changed` where it is another file, or has another length or time, than the scan saw.
    init(_ file: consuming OpenFile, _ scanned: ScannedEntry) throws {
        path = scanned.path
        identity = scanned.identity
        var attributes = scanned.attributes
        guard Self.isSame(try file.status(), attributes, identity) else { throw PerigeeError.changed(path) }
        attributes.extended = try ExtendedAttributes(file).read(where: AttributePolicy.isKept)
        dataExtents =
            scanned.mayBeSparse
            ? file.dataExtents(size: attributes.size)
            : attributes.size > 0 ? [Extent(offset: 0, length: attributes.size)] : []
        attributes.holes = Self.holes(between: dataExtents, size: attributes.size)
        dataSize = attributes.dataSize
        var start: UInt64 = 0
        starts = dataExtents.map { extent in
            defer { start += extent.length }
            return start
        }
        self.attributes = attributes
        self.file = file
    }

    /// The file at `path` beneath `root` as it is now.
    ///
    /// - Throws: where there is none, or it is no file.
    static func open(_ path: TreePath, beneath root: FolderHandle) throws -> TreeReader {
        let file = try root.file(path.bytes, .reading)
        let scanned = ScannedEntry(path: path, kind: .file, status: try file.status())
        return try TreeReader(file, scanned)
    }

    /// Reads data from `dataOffset` on, counted without holes, until `buffer` is full or the data ends.
    ///
    /// - Returns: how many bytes were read; fewer than asked for also where the file has become shorter.
    public func read(into buffer: UnsafeMutableRawBufferPointer, at dataOffset: UInt64) throws -> Int {
        guard dataOffset < dataSize else { return 0 }
        // The last run that begins at or before the offset.
        var (low, high) = (0, starts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= dataOffset { low = middle } else { high = middle }
        }
        var done = 0
        while done < buffer.count, low < dataExtents.count {
            let inside = dataOffset + UInt64(done) - starts[low]
            let wish = Int(min(UInt64(buffer.count - done), dataExtents[low].length - inside))
            let part = UnsafeMutableRawBufferPointer(rebasing: buffer[done..<(done + wish)])
            let count = try file.read(into: part, at: dataExtents[low].offset + inside)
            done += count
            if count < wish { break }
            low += 1
        }
        return done
    }

    /// Says whether the file still is what it was when it was scanned.
    ///
    /// - Throws: `changed` where it is not: then what was read may be neither the old nor the new content.
    public func recheck() throws {
        guard Self.isSame(try file.status(), attributes, identity) else { throw PerigeeError.changed(path) }
    }

    private static func isSame(_ status: FileStatus, _ attributes: Attributes, _ identity: Guard) -> Bool {
        status.kind == .file && status.identity == identity && status.size == attributes.size
            && status.modified == attributes.modified
    }

    private static func holes(between extents: [Extent], size: UInt64) -> [Extent] {
        var holes = [Extent]()
        var end: UInt64 = 0
        for extent in extents + [Extent(offset: size, length: 0)] {
            if extent.offset > end { holes.append(Extent(offset: end, length: extent.offset - end)) }
            end = extent.end
        }
        return holes
    }
}
