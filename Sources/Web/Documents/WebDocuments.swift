public import Catalog

/// Documents for those who tell events.
public enum WebDocuments {
    /// A run that is not done, without line breaks.
    public static func run(_ run: DeskRun) -> String {
        String(decoding: RunDocument.open(run), as: UTF8.self)
    }

    /// A run of the catalog, without line breaks.
    public static func run(_ row: RunRow) -> String {
        String(decoding: RunDocument.row(row), as: UTF8.self)
    }
}
