internal import Files
internal import Hashing
internal import Model

/// Where the bytes of a request's body come from; read from front to back, again for each attempt.
protocol UploadSource: Sendable {
    /// How many there are.
    var count: Int { get }
    /// Fills `buffer` from `offset` on; all of it is there.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws
}

extension UploadSource {
    /// The SHA-256 of all of it.
    func digest() throws -> [UInt8] {
        guard count > 0 else { return SHA256.hash([]) }
        let hasher = SHA256()
        let window = IOBuffer(count: min(count, 256 << 10))
        var offset = 0
        while offset < count {
            let part = UnsafeMutableRawBufferPointer(rebasing: window.bytes[..<min(window.bytes.count, count - offset)])
            try read(into: part, at: offset)
            hasher.update(UnsafeRawBufferPointer(part))
            offset += part.count
        }
        return hasher.finish()
    }
}

/// No body.
struct EmptySource: UploadSource {
    var count: Int { 0 }
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {}
}

/// Bytes that are kept for it.
struct BytesSource: UploadSource {
    let bytes: [UInt8]
    var count: Int { bytes.count }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
        bytes.withUnsafeBytes {
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset...].prefix(buffer.count)))
        }
    }
}

/// The caller's memory, in parts; the caller waits for the end of the exchange.
///
/// Sendable by hand: nobody writes there meanwhile.
struct MemorySource: UploadSource, @unchecked Sendable {
    private let parts: [(start: Int, bytes: UnsafeRawBufferPointer)]
    let count: Int

    init(_ parts: [UnsafeRawBufferPointer]) {
        var start = 0
        self.parts = parts.filter { !$0.isEmpty }.map { part in
            defer { start += part.count }
            return (start, part)
        }
        count = start
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
        var filled = 0
        for part in parts where filled < buffer.count && part.start + part.bytes.count > offset + filled {
            let from = offset + filled - part.start
            let slice = part.bytes[from...].prefix(buffer.count - filled)
            UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: slice))
            filled += slice.count
        }
    }
}

/// A stretch of another source.
struct PartSource: UploadSource {
    let base: any UploadSource
    let start: Int
    let count: Int

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
        try base.read(into: buffer, at: start + offset)
    }
}

/// A file that is gone with its last holder.
struct FileSource: UploadSource {
    let file: TemporaryFile
    let count: Int

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
        guard try file.read(into: buffer, at: UInt64(offset)) == buffer.count else {
            throw PerigeeError(.io, "a temporary file is shorter than what was written to it", at: file.place)
        }
    }
}
