internal import Catalog
internal import Model
internal import Synchronization

/// Pages of runs as documents, kept as long as they are true.
///
/// A page is kept with the version of the desk that was asked for before it was read, and is answered only while the version
/// is the same: what a write has changed that was acknowledged to anybody is in all pages that are asked for from then on.
final class RunPages: Sendable {
    private struct Page {
        var version: DeskVersion
        var document: [UInt8]
    }

    private struct State {
        var pages: [RunQuery: Page] = [:]
        var bytes = 0
    }

    private let desk: any Desk
    private let state = Mutex(State())

    /// Pages of the runs of `desk`.
    init(_ desk: any Desk) { self.desk = desk }

    /// The document of the page that `query` asks for.
    func document(_ query: RunQuery) throws -> [UInt8] {
        let version = try desk.version
        if let page = state.withLock({ $0.pages[query] }), page.version == version { return page.document }
        let document = RunDocument.page(try desk.runs(query), open: desk.open)
        state.withLock { Self.keep(Page(version: version, document: document), of: query, in: &$0) }
        return document
    }

    private static func keep(_ page: Page, of query: RunQuery, in state: inout State) {
        state.bytes += page.document.count - (state.pages.updateValue(page, forKey: query)?.document.count ?? 0)
        guard state.bytes > WebLimits.pagesBytesMax || state.pages.count > WebLimits.pagesMax else { return }
        // What is asked for again is there again at once.
        state = State()
        guard page.document.count <= WebLimits.pagesBytesMax else { return }
        (state.pages[query], state.bytes) = (page, page.document.count)
    }
}
