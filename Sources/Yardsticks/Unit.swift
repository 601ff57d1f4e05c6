/// What figures are counted in.
public enum Unit: String, Sendable, Codable {
    /// Bytes in a second.
    case bytesPerSecond = "bytes/s"
    /// Things done in a second: lookups, entries, files.
    case itemsPerSecond = "items/s"
    /// Bytes.
    case bytes
    /// A quotient, such as plain bytes over stored ones, or a share of one.
    case quotient
}
