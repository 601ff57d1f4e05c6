internal import Hashing
internal import Model

/// What records a pack has, by its directory; and by the records themselves, should the directory be lost.
///
/// Needs no key. Bytes may be anything: every length is checked before it is used, and memory is bounded by
/// ``PackFormat/entryCountMax``. What the directory says of a record is proven when the record is opened.
public enum PackDirectory {
    /// Reads bytes of a pack from an offset on into a buffer; gives the count, which is short only at the pack's end.
    public typealias Reader = (_ offset: UInt64, _ buffer: UnsafeMutableRawBufferPointer) throws -> Int

    /// How much of a pack's end is read at first: the directory of a usual pack lies within.
    static let firstRead: UInt64 = 64 << 10

    /// The entries of the pack of `size` bytes that `read` gives.
    ///
    /// One read for a usual pack, two for one with many records. The records follow each other without a gap from the
    /// head to the directory. The head is not read: the pack's name vouches for it.
    ///
    /// - Throws: `damaged` where footer or directory are not what was written, and what `read` throws.
    public static func read(size: UInt64, read: Reader) throws -> [PackEntry] {
        let least = UInt64(PackFormat.headCount + PackFormat.footerCount)
        guard size >= least else { throw damaged("a pack of \(size) bytes is too short") }
        let end = try bytes(from: size - min(size, firstRead), to: size, read)
        let footer = try end.withUnsafeBytes { try Footer($0, size: size) }
        let count = Int(size - footer.directory)
        let directory = count <= end.count ? end : try bytes(from: footer.directory, to: size, read)
        return try directory.withUnsafeBytes {
            try entries($0.slice($0.count - count, count - PackFormat.footerCount), footer)
        }
    }

    private static func entries(_ bytes: UnsafeRawBufferPointer, _ footer: Footer) throws -> [PackEntry] {
        guard Blake3.hash(bytes) == footer.digest else { throw damaged("the directory is not what was written") }
        var entries = [PackEntry]()
        entries.reserveCapacity(footer.count)
        var offset = UInt64(PackFormat.headCount)
        for index in 0..<footer.count {
            let place = index * PackEntry.byteCount
            guard let entry = PackEntry(decoding: bytes.slice(place, PackEntry.byteCount)), entry.offset == offset
            else {
                throw damaged("entry \(index) of the directory cannot be true")
            }
            // Below 2^17 entries of less than 5 MiB each: no overflow.
            offset += UInt64(entry.recordLength)
            entries.append(entry)
        }
        guard offset == footer.directory else { throw damaged("the directory does not cover the records") }
        return entries
    }

    /// Exactly the bytes from `start` to `end`.
    private static func bytes(from start: UInt64, to end: UInt64, _ read: Reader) throws -> [UInt8] {
        let wanted = Int(end - start)
        let bytes = try [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
            count = min(try read(start, UnsafeMutableRawBufferPointer(buffer).slice(0, wanted)), wanted)
        }
        guard bytes.count == wanted else { throw damaged("the pack is shorter than it was said to be") }
        return bytes
    }

    static func damaged(_ message: String) -> PerigeeError {
        PerigeeError(
            .damaged, message, remedy: "run verify on the vault; its index can be made anew from whole records")
    }

    /// The last 64 bytes.
    private struct Footer {
        let directory: UInt64
        let count: Int
        let digest: Digest

        /// Reads the footer at the end of `end`, the last bytes of a pack of `size` bytes.
        init(_ end: UnsafeRawBufferPointer, size: UInt64) throws {
            let footer = end.slice(end.count - PackFormat.footerCount, PackFormat.footerCount)
            guard footer.loadLittle(UInt64.self, at: 56) == PackFormat.footerMagic,
                footer.loadLittle(UInt64.self, at: 48) == 0
            else { throw damaged("the pack has no footer") }
            directory = footer.loadLittle(UInt64.self, at: 0)
            digest = Digest(footer.slice(16, Digest.byteCount))
            let claimed = footer.loadLittle(UInt64.self, at: 8)
            guard claimed <= UInt64(PackFormat.entryCountMax) else {
                throw damaged("the pack says that it has \(claimed) records, which no pack has")
            }
            count = Int(claimed)
            let tail = UInt64(count * PackEntry.byteCount + PackFormat.footerCount)
            guard size >= tail, directory == size - tail, directory >= UInt64(PackFormat.headCount) else {
                throw damaged("the footer does not fit the pack")
            }
        }
    }
}
