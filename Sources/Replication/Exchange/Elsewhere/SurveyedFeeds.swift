/// The entries of both ends as a survey gives them, which is made when the first of them is asked for: by the thread that
/// plans, while others see what the source sends besides.
final class SurveyedFeeds {
    typealias Ends = (source: any EntryFeed, target: any EntryFeed)

    private let survey: () throws -> Ends
    private var made: Ends?

    /// Feeds of what `survey` gives.
    init(_ survey: @escaping () throws -> Ends) { self.survey = survey }

    /// The source's entries.
    var source: any EntryFeed { Feed(self) { $0.source } }
    /// The destination's entries.
    var target: any EntryFeed { Feed(self) { $0.target } }

    private func ends() throws -> Ends {
        if let made { return made }
        let ends = try survey()
        made = ends
        return ends
    }

    private final class Feed: EntryFeed {
        private let feeds: SurveyedFeeds
        private let end: (Ends) -> any EntryFeed

        init(_ feeds: SurveyedFeeds, _ end: @escaping (Ends) -> any EntryFeed) {
            self.feeds = feeds
            self.end = end
        }

        func next() throws -> ScannedEntry? { try end(feeds.ends()).next() }
    }
}
