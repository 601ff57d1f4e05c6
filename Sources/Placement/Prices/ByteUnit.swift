/// The unit by which a price list counts bytes; each entry names its own, and none is ever taken for another.
public enum ByteUnit: String, Hashable, Sendable, CaseIterable, Codable {
    /// 10⁹ bytes.
    case gigabyte = "GB"
    /// 2³⁰ bytes.
    case gibibyte = "GiB"
    /// 10¹² bytes.
    case terabyte = "TB"
    /// 2⁴⁰ bytes.
    case tebibyte = "TiB"

    /// The bytes of one.
    public var bytes: UInt64 {
        switch self {
        case .gigabyte: 1_000_000_000
        case .gibibyte: 1 << 30
        case .terabyte: 1_000_000_000_000
        case .tebibyte: 1 << 40
        }
    }
}
