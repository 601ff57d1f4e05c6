internal import Model

/// A temporary file of sorted records: each its length (four bytes, little endian) and its bytes.
struct SpillRun {
    let file: TemporaryFile
    let size: UInt64
}

/// Writes a run through a buffer.
final class SpillRunWriter {
    private let file: TemporaryFile
    private let buffer = IOBuffer(count: 64 << 10)
    private var used = 0
    private var size: UInt64 = 0

    init(_ file: TemporaryFile) { self.file = file }

    func append(_ record: UnsafeRawBufferPointer) throws {
        var length = UInt32(record.count).littleEndian
        let head = withUnsafeBytes(of: &length) { Array($0) }
        try put(head)
        try put(record)
    }

    func finish() throws -> SpillRun {
        try flush()
        return SpillRun(file: file, size: size)
    }

    private func put(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try put($0) }
    }

    private func put(_ bytes: UnsafeRawBufferPointer) throws {
        if used + bytes.count > buffer.bytes.count { try flush() }
        guard bytes.count <= buffer.bytes.count else {
            try file.write(bytes, at: size)
            size += UInt64(bytes.count)
            return
        }
        UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[used...]).copyMemory(from: bytes)
        used += bytes.count
    }

    private func flush() throws {
        try file.write(UnsafeRawBufferPointer(rebasing: buffer.bytes[..<used]), at: size)
        size += UInt64(used)
        used = 0
    }
}

/// Reads a run from front to back through a buffer.
final class SpillRunReader {
    private let run: SpillRun
    private var buffer: IOBuffer
    private var start = 0
    private var end = 0
    private var position: UInt64 = 0
    private var length = 0

    /// Stands before the first record.
    init(_ run: SpillRun, bufferSize: Int) {
        self.run = run
        buffer = IOBuffer(count: bufferSize)
    }

    /// The record that it stands at; valid until ``advance()``.
    var record: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: buffer.bytes[start..<(start + length)])
    }

    /// Goes to the next record; false at the end.
    func advance() throws -> Bool {
        start += length
        length = 0
        guard try fill(4) else { return false }
        let count = Int(UInt32(littleEndian: buffer.bytes.loadUnaligned(fromByteOffset: start, as: UInt32.self)))
        start += 4
        guard count <= SpillSorter.longestRecord, try fill(count) else {
            throw PerigeeError(.damaged, "a temporary file is not what was written to it", at: run.file.place)
        }
        length = count
        return true
    }

    /// Sees to it that `count` bytes lie in the buffer from `start` on; false where the run ends before.
    private func fill(_ count: Int) throws -> Bool {
        if end - start >= count { return true }
        let rest = UnsafeRawBufferPointer(rebasing: buffer.bytes[start..<end])
        let target = count > buffer.bytes.count ? IOBuffer(count: count) : buffer
        target.bytes.copyMemory(from: rest)
        (buffer, start, end) = (target, 0, rest.count)
        let wish = min(UInt64(buffer.bytes.count - end), run.size - position)
        let part = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[end..<(end + Int(wish))])
        let got = try run.file.read(into: part, at: position)
        position += UInt64(got)
        end += got
        return end >= count
    }
}
