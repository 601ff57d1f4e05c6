internal import Files

/// An open file that several hold; it is closed when the last of them lets go.
final class SharedFile: Sendable {
    private let file: OpenFile

    init(_ file: consuming OpenFile) { self.file = file }

    /// Reads at `offset` until `buffer` is full or the file ends; how many bytes.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws -> Int {
        try file.read(into: buffer, at: offset)
    }

    /// What the file system says of it.
    func status() throws -> FileStatus { try file.status() }
}
