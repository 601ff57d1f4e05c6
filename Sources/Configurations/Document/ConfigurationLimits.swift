public import Model

/// How large a configuration may be; what is larger is refused, whoever wrote it.
public enum ConfigurationLimits {
    /// The most bytes of a file.
    public static let size = ByteCount(UInt64(1 << 20))
    /// The most mappings and lists within each other.
    public static let depth = 32
    /// The most values in a file.
    public static let nodes = 50_000
    /// The most faults that are listed of one file.
    public static let faults = 100
    /// The most keys given twice that are listed of one file.
    static let duplicates = 16
    /// The most characters of a text.
    static let text = 4096
}
