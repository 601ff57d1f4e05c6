public import Model

/// Reads the compiled form of a time zone, as systems keep it in `/usr/share/zoneinfo` (TZif, RFC 9636).
///
/// All counts are held against the length of the file: no file can make it read or reserve more than it has.
public struct ZoneFile {
    /// The longest file that is read; the longest of the public table has some 4 KiB.
    public static let lengthMax = 256 << 10

    private struct Header {
        var version: UInt8
        var standardFlags: Int
        var utcFlags: Int
        var leaps: Int
        var changes: Int
        var types: Int
        var characters: Int

        /// The length of the block behind it, whose times have so many bytes.
        func blockLength(timeSize: Int) -> Int {
            changes * (timeSize + 1) + types * 6 + characters + leaps * (timeSize + 4) + standardFlags + utcFlags
        }
    }

    private static let headerLength = 44
    private let bytes: [UInt8]
    private let name: String

    /// Makes a zone of the bytes of its file.
    ///
    /// - Throws: `format` where they are no such file.
    public static func zone(_ name: String, _ bytes: [UInt8]) throws(PerigeeError) -> Zone {
        try ZoneFile(bytes: bytes, name: name).zone()
    }

    private func zone() throws(PerigeeError) -> Zone {
        guard bytes.count <= Self.lengthMax else { throw fault("it is longer than a zone can be") }
        var position = 0
        var header = try header(at: position)
        var timeSize = 4
        if header.version >= UInt8(ascii: "2") {
            // The first block is for readers of the first version; a second one follows with wide times.
            position = Self.headerLength + header.blockLength(timeSize: 4)
            header = try self.header(at: position)
            timeSize = 8
        }
        position += Self.headerLength
        guard position + header.blockLength(timeSize: timeSize) <= bytes.count else { throw fault("it is cut off") }
        guard header.leaps == 0 else { throw fault("it counts leap seconds, which POSIX time does not") }
        let clocks = try clocks(header, at: position + header.changes * (timeSize + 1))
        let changes = try changes(header, clocks, at: position, timeSize)
        let end = position + header.blockLength(timeSize: timeSize)
        return Zone(name: name, first: clocks[0], changes: changes, tail: timeSize == 8 ? try tail(at: end) : nil)
    }

    private func header(at position: Int) throws(PerigeeError) -> Header {
        guard position + Self.headerLength <= bytes.count, bytes[position..<position + 4].elementsEqual("TZif".utf8)
        else {
            throw fault("it does not begin as one")
        }
        let counts = (0..<6).map { Int(truncatingIfNeeded: number(at: position + 20 + $0 * 4, 4)) }
        guard counts.allSatisfy({ (0...bytes.count).contains($0) }) else { throw fault("it is cut off") }
        guard (1...256).contains(counts[4]) else { throw fault("it knows no clock") }
        return Header(
            version: bytes[position + 4], standardFlags: counts[1], utcFlags: counts[0], leaps: counts[2],
            changes: counts[3], types: counts[4], characters: counts[5])
    }

    private func clocks(_ header: Header, at position: Int) throws(PerigeeError) -> [ZoneClock] {
        let names = position + header.types * 6
        var out: [ZoneClock] = []
        for index in 0..<header.types {
            let offset = number(at: position + index * 6, 4)
            let start = Int(bytes[position + index * 6 + 5])
            guard offset.magnitude <= ZoneClock.offsetMax.magnitude, start < header.characters else {
                throw fault("clock \(index) is out of all bounds")
            }
            let abbreviation = bytes[names + start..<names + header.characters].prefix { $0 != 0 }
            out.append(
                ZoneClock(
                    offset: offset, isSummer: bytes[position + index * 6 + 4] != 0,
                    abbreviation: String(decoding: abbreviation, as: UTF8.self)))
        }
        return out
    }

    private func changes(
        _ header: Header, _ clocks: [ZoneClock], at position: Int, _ timeSize: Int
    ) throws(PerigeeError) -> [ZoneChange] {
        var out: [ZoneChange] = []
        for index in 0..<header.changes {
            let at = number(at: position + index * timeSize, timeSize)
            let type = Int(bytes[position + header.changes * timeSize + index])
            guard type < clocks.count, out.last.map({ $0.at < at }) ?? true else {
                throw fault("change \(index) is out of order")
            }
            out.append(ZoneChange(at: Instant(at).seconds, clock: clocks[type]))
        }
        return out
    }

    /// The line at the end of the file; none where it is empty.
    private func tail(at position: Int) throws(PerigeeError) -> ZoneTail? {
        let footer = bytes[position...]
        guard let first = footer.first, first == UInt8(ascii: "\n"),
            let end = footer.dropFirst().firstIndex(of: UInt8(ascii: "\n"))
        else { throw fault("its last line is missing") }
        let line = String(decoding: footer[(position + 1)..<end], as: UTF8.self)
        if line.isEmpty { return nil }
        guard let tail = ZoneTail(parsing: line) else { throw fault("its last line is no rule") }
        return tail
    }

    /// A big-endian signed number of `size` bytes, which the file has.
    private func number(at position: Int, _ size: Int) -> Int64 {
        let bits = bytes[position..<position + size].reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        return size == 4 ? Int64(Int32(truncatingIfNeeded: bits)) : Int64(truncatingIfNeeded: bits)
    }

    private func fault(_ what: String) -> PerigeeError {
        PerigeeError(
            .format, "the file of the time zone is not as such files are: \(what)", at: name,
            remedy: "install the system's table of time zones anew (tzdata), or name another zone")
    }
}
