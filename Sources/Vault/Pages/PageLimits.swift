/// The limits of pages and entries in format version 1; a page that passes one is refused, by the writer and the reader.
public enum PageLimits {
    /// The most bytes of a page.
    public static let page = 1 << 20
    /// The bytes at which a page ends even if no boundary was found; the entry that passes it is the last one.
    public static let softPage = 256 << 10
    /// The most bytes of a path.
    public static let path = 64 << 10
    /// The most bytes of a symbolic link's target.
    public static let target = 64 << 10
    /// The most bytes of all extended attributes of one entry: names, values, and eight bytes for each.
    public static let extended = 256 << 10
    /// The most holes of one file.
    public static let holes = 4096
    /// The most chunks that stand in the entry itself; longer lists have pages of their own.
    public static let inlineChunks = 16
    /// The most bytes of a chunk.
    public static let chunk = 4 << 20
    /// The most levels of a tree of pages, leaves included.
    public static let height = 16
    /// The most bytes of a dataset's name.
    public static let datasetName = 255
    /// The most bytes of any other text in a snapshot.
    public static let text = 4096
}
