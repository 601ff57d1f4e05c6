internal import Model
internal import Synchronization

/// Time zones by their names, each read once.
///
/// Safe to use from many threads.
public final class ZoneTable: Sendable {
    private let read: @Sendable (String) throws -> [UInt8]?
    private let known = Mutex<[String: Zone]>([:])

    /// The longest name of a zone.
    static let nameLengthMax = 64

    /// A table over files that `read` gives by their names, relative to the folder of zones; nil where there is none.
    ///
    /// `read` is asked for names of letters, digits and `+ - _ /` alone, which never lead out of the folder, and for `local`.
    public init(read: @escaping @Sendable (String) throws -> [UInt8]?) { self.read = read }

    /// The zone with a name: `UTC`, `+02:00`, `local`, or one of the public table such as `Europe/Berlin`.
    ///
    /// - Throws: `usage` where there is no such zone, `format` where its file is damaged, and what reading throws.
    public func zone(_ name: String) throws -> Zone {
        if name == "UTC" || name == "Z" { return .utc }
        if let zone = Self.fixed(name) { return zone }
        if let zone = known.withLock({ $0[name] }) { return zone }
        guard Self.isName(name), let bytes = try read(name) else { throw Self.unknown(name) }
        let zone = try ZoneFile.zone(name, bytes)
        known.withLock { $0[name] = zone }
        return zone
    }

    /// `+02:00`, `-03:30`.
    private static func fixed(_ name: String) -> Zone? {
        let parts = name.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
        guard let sign = name.first, sign == "+" || sign == "-", parts.count == 2,
            parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let hours = Int64(parts[0]), let minutes = Int64(parts[1]), minutes < 60, hours * 60 + minutes <= 14 * 60
        else { return nil }
        let offset = (hours * 3600 + minutes * 60) * (sign == "-" ? -1 : 1)
        return Zone(name: name, offset: offset, abbreviation: name)
    }

    private static func isName(_ name: String) -> Bool {
        guard !name.isEmpty, name.utf8.count <= nameLengthMax else { return false }
        return name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty
                && part.utf8.allSatisfy { byte in
                    (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte & 0xdf)
                        || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
                }
        }
    }

    private static func unknown(_ name: String) -> PerigeeError {
        PerigeeError(
            .usage, "\(name.isEmpty ? "an empty name" : name) is no time zone of this system", at: nil,
            remedy: "write UTC, local, +02:00, or a name such as Europe/Berlin, and see that tzdata is installed")
    }
}
