public import Catalog

/// Documents of runs for others than the API.
public enum WebDocuments {
    /// A page of runs of the catalog: perigee.runs/1.
    public static func runs(_ page: RunPage) -> [UInt8] { RunDocument.page(page, open: []) }

    /// A run of the catalog with its report and its log: perigee.run/1.
    public static func detail(_ row: RunRow) -> [UInt8] { RunDocument.detail(row, nil).document }

    /// A run that is not done, without line breaks.
    public static func run(_ run: DeskRun) -> String {
        String(decoding: RunDocument.open(run), as: UTF8.self)
    }

    /// A run of the catalog, without line breaks.
    public static func run(_ row: RunRow) -> String {
        String(decoding: RunDocument.row(row), as: UTF8.self)
    }
}
