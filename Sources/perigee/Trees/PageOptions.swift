internal import ArgumentParser
internal import Model

/// Which part of a long listing is wanted.
struct PageOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: ArgumentHelp("At most so many.", valueName: "count"))
    var number: Int?

    @Option(
        help: ArgumentHelp("Only what comes behind this path, written as the listing writes it.", valueName: "path"))
    var after: String?

    func validate() throws {
        if let number, number < 1 { throw ValidationError("--number is 1 or more") }
    }

    /// The page.
    ///
    /// - Throws: `usage` where the path is none.
    func page() throws -> ListingPage {
        ListingPage(after: try after.map { try InnerPath.printed($0) }, limit: number)
    }
}
