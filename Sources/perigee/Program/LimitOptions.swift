internal import ArgumentParser
internal import Model
internal import Storage

/// How fast a run may be.
struct LimitOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Let no more than so many bytes cross in a second, as they are on the wire: 50MB/s, 1Gbit/s, by the time of \
            day as 08:00-18:00=10MB/s,else=none, or @FILE, which is read again when it changes.
            """, valueName: "rate"))
    var limit: String?

    /// The bucket that all threads of the run draw from; nil for as fast as can be.
    ///
    /// - Parameter holdsWire: whether connections to other hosts draw from it too: where the run itself then does not.
    func bucket(_ context: Context, holdsWire: Bool = false) throws -> TokenBucket? {
        guard let limit else { return nil }
        let keeper = try LimitKeeper(limit)
        context.limit(keeper, holdsWire: holdsWire)
        return keeper.bucket
    }
}
