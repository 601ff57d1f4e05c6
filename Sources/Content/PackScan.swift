/// What a walk over a pack's records found, for packs whose directory is lost; needs no key.
public struct PackScan: Hashable, Sendable {
    /// The records with a header in order, by ascending offset.
    ///
    /// Whether their seals are whole shows when they are opened.
    public var entries: [PackEntry]
    /// The bytes between the head and the end that belong to no record: damage, and the directory and footer if there.
    public var strayBytes: UInt64
}

extension PackDirectory {
    /// How many bytes are looked through at once for the next record.
    private static let window = 64 << 10

    /// Finds the records of a pack of `size` bytes by walking from one header to the next.
    ///
    /// Where no record begins, the walk goes on at the next place that looks like one, so that one damaged header costs
    /// one record. Reads the headers, and the bytes that belong to no record.
    ///
    /// - Throws: what `read` throws.
    public static func scan(size: UInt64, read: Reader) throws -> PackScan {
        try withoutActuallyEscaping(read) { read in
            let walk = Walk(size: size, read: read)
            defer { walk.buffer.deallocate() }
            return try scan(walk)
        }
    }

    private static func scan(_ walk: Walk) throws -> PackScan {
        let size = walk.size
        var scan = PackScan(entries: [], strayBytes: 0)
        var offset = min(size, UInt64(PackFormat.headCount))
        while offset < size, scan.entries.count < PackFormat.entryCountMax {
            if let header = try walk.header(at: offset) {
                scan.entries.append(PackEntry(header, at: offset))
                offset += UInt64(header.recordLength)
            } else {
                let next = try walk.candidate(after: offset)
                scan.strayBytes += next - offset
                offset = next
            }
        }
        scan.strayBytes += size - offset
        return scan
    }

    /// Reads here and there in a pack, through one buffer.
    private struct Walk {
        let size: UInt64
        let read: Reader
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: window, alignment: 64)

        /// The header of the record at `offset`, should one begin there and end within the pack.
        func header(at offset: UInt64) throws -> RecordHeader? {
            let bytes = try fill(from: offset, count: RecordHeader.byteCount)
            guard let header = try? RecordHeader.decode(bytes), UInt64(header.recordLength) <= size - offset else {
                return nil
            }
            return header
        }

        /// The next place after `offset` where the magic of a record stands, or the end.
        func candidate(after offset: UInt64) throws -> UInt64 {
            var start = offset + 1
            while start < size {
                let bytes = try fill(from: start, count: buffer.count)
                guard bytes.count >= 4 else { break }
                for index in 0...bytes.count - 4 where bytes.loadLittle(UInt32.self, at: index) == RecordHeader.magic {
                    return start + UInt64(index)
                }
                start += UInt64(bytes.count - 3)
            }
            return size
        }

        /// At most `count` bytes from `offset` on, fewer at the end.
        private func fill(from offset: UInt64, count: Int) throws -> UnsafeRawBufferPointer {
            let wanted = buffer.slice(0, Int(min(UInt64(count), size - offset)))
            let count = min(try read(offset, wanted), wanted.count)
            return UnsafeRawBufferPointer(wanted.slice(0, max(0, count)))
        }
    }
}
