internal import Workers

extension FileReceiver {
    /// Has `plan`, on the caller's thread, ask for files, and `work`, on `threads` others, count what is told of them; both
    /// channels are finished after that.
    ///
    /// - Throws: what the first of them failed with; the others then end.
    func foresee(
        _ listing: CountingChannel, threads: Int, plan: @Sendable () throws -> Void, work: @Sendable () throws -> Void
    ) throws {
        let end: @Sendable (any Error) -> Void = { error in
            self.fail(error)
            listing.fail(error)
        }
        try Crew.run(2 + max(1, threads), onError: end) { member in
            switch member {
            case 0:
                try plan()
                try listing.finish()
                try finishAsking()
            case 1: try receive()
            default: try work()
            }
        }
    }
}
