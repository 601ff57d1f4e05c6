internal import Files
internal import Hashing
internal import Model
internal import Vault

/// What a destination begins with: what it asks of the source's listing, and the plan that it makes of that.
struct ListingPlan {
    /// What the source is asked.
    let begin: ListingBegin
    /// Where its listing comes from.
    let channel: any MessageChannel
    /// The destination's root; nil where there is none.
    let root: FolderHandle?
    /// What is remembered of both ends, by its path.
    let record: String?
    /// Where renamed files are looked for: the same, or nowhere.
    let renames: String?
    let options: SyncOptions
    let stop: () throws -> Void
    /// Called before anybody waits for more of the listing: what is to be asked for should be asked for by then.
    let beforeWaiting: () throws -> Void
    /// Looks at the source's listing and the scan of the destination before anything is planned, and gives them again.
    var survey: ((any EntryFeed, any EntryFeed, FolderHandle) throws -> (source: any EntryFeed, target: any EntryFeed))?

    /// Whether what is remembered at `record` helps with the source's listing.
    static func compares(_ record: String?, _ root: FolderHandle?, _ options: SyncOptions) -> Bool {
        guard root != nil, !options.readsAll, let record else { return false }
        return RecordReader(path: record)?.next() != nil
    }

    /// The planner; in a run that changes nothing there is no `writer`.
    func planner(
        writer: TreeWriter?, tally: Tally, collector: RecordCollector, lifted: LiftedFolders? = nil,
        firstNames: FirstNames = FirstNames()
    ) throws -> SyncPlanner {
        let failed: (ScanFailure) -> Void = { tally.fail($0.path, $0.error) }
        let scanner = root.map { Scanner(target: $0, options: options.scan, lifted: lifted) }
        var feed: (any EntryFeed)?
        var target: (any EntryFeed)? = scanner
        if begin.way == .compared, let scanner, let record, let known = RecordReader(path: record),
            let again = RecordReader(path: record)
        {
            let survey = try TargetSurvey.make(scanner, known, stop)
            target = EntryStoreFeed(survey.entries)
            feed = try ComparedFeed(
                channel, survey.tree, record: again, failed: failed, beforeWaiting: beforeWaiting)
        }
        if let survey, let scanner, let root, feed == nil {
            let listing = try ListingFeed(channel, failed: failed)
            let feeds = SurveyedFeeds { try survey(listing, scanner, root) }
            (feed, target) = (feeds.source, feeds.target)
        }
        return SyncPlanner(
            site: .init(
                feed: try feed ?? ListingFeed(channel, failed: failed, beforeWaiting: beforeWaiting),
                isGone: { _ in true }, writer: writer,
                options: options, tally: tally, collector: collector, lifted: lifted, firstNames: firstNames),
            target: target, record: record.flatMap { RecordReader(path: $0) },
            renames: RenameFinder(recordPath: renames, by: .inode))
    }
}
