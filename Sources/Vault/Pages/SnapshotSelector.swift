public import Content
internal import Hashing
public import Model

/// Which snapshot of a dataset is meant, as people write it.
public enum SnapshotSelector: Hashable, Sendable {
    /// The newest, less so many steps back: `latest`, `latest~2`.
    case latest(back: UInt64)
    /// The one whose ID begins with these hexadecimal digits, in lower case: `9f86d081`.
    case prefix(String)
    /// The newest that was not created after an instant: `2026-11-23T13:05:00Z`.
    case instant(Timestamp)

    /// The fewest digits of an ID.
    public static let shortestPrefix = 4

    /// Reads `latest`, `latest~N`, 4 to 64 hexadecimal digits, or an instant as RFC 3339 writes it; nil for all else.
    public init?(parsing text: String) {
        if text == "latest" {
            self = .latest(back: 0)
        } else if text.hasPrefix("latest~") {
            let digits = text.dropFirst("latest~".count)
            guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let back = UInt64(digits) else { return nil }
            self = .latest(back: back)
        } else if let instant = Timestamp(rfc3339: text) {
            self = .instant(instant)
        } else {
            let isHexadecimal = text.utf8.allSatisfy { Self.isHexadecimal($0) }
            guard isHexadecimal, (Self.shortestPrefix...Digest.byteCount * 2).contains(text.utf8.count) else {
                return nil
            }
            self = .prefix(text.lowercased())
        }
    }

    private static func isHexadecimal(_ digit: UInt8) -> Bool {
        switch digit {
        case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
        default: false
        }
    }

    /// Whether `id` begins with the digits of a ``prefix(_:)``; false for the other cases.
    public func names(_ id: ContentID) -> Bool {
        guard case .prefix(let digits) = self else { return false }
        return id.digest.hex.hasPrefix(digits)
    }
}

extension SnapshotSelector: CustomStringConvertible {
    /// The text that ``init(parsing:)`` reads.
    public var description: String {
        switch self {
        case .latest(0): "latest"
        case .latest(let back): "latest~\(back)"
        case .prefix(let digits): digits
        case .instant(let instant): instant.rfc3339
        }
    }
}
