internal import Model
internal import Replication
internal import Wire
internal import Workers

/// A job of which another site is to be the source, asked for together with the first message of its listing's channel: so
/// that one does not wait for the other site's answer.
///
/// Its channels may be used at once: what has to wait for the answer waits.
final class StartingJob: Sendable {
    private struct State {
        var control: Channel?
        var listing: WireChannel?
        var files: WireChannel?
        /// The first message, until it is known that it was taken along with the job.
        var first: [UInt8]?
        /// Whether a thread waits for the answer.
        var isAwaited = false
        var expected = 0
        var failure: (any Error)?
    }

    private let connection: Connection
    private let job: TreeJob
    private let state = Monitor(State())

    /// A job for the site at the other end of `connection`; nothing is sent yet.
    init(_ connection: Connection, _ job: TreeJob) { (self.connection, self.job) = (connection, job) }

    /// The channel of its listing; the job begins with what is sent there first.
    var listing: any MessageChannel { StartingChannel(job: self, isListing: true) }

    /// The channel of its files.
    var files: any MessageChannel { StartingChannel(job: self, isListing: false) }

    /// This side has no more to say.
    func finish() { state.read { $0.control }?.finish() }

    /// Ends it with `error`.
    func reset(_ error: any Error) { state.read { $0.control }?.reset(error) }

    /// Asks for the job, with `message`; false where that was done before.
    fileprivate func start(with message: [UInt8]) throws -> Bool {
        try state.change { state in
            if let failure = state.failure { throw failure }
            guard state.control == nil else { return false }
            state.control = try connection.open(TreeJob.service, job.opening { $0.take(message) })
            state.first = message
            return true
        }
    }

    /// One of its channels, after waiting until the other site has understood.
    fileprivate func channel(isListing: Bool) throws -> WireChannel {
        let asked = try state.wait { state -> Channel?? in
            if let failure = state.failure { throw failure }
            if state.files != nil { return .some(nil) }
            guard let control = state.control, !state.isAwaited else { return nil }
            state.isAwaited = true
            return .some(control)
        }
        if let asked {
            do {
                try takeChannels(asked)
            } catch {
                fail(error)
                throw error
            }
        }
        return try state.read { state in
            if let failure = state.failure { throw failure }
            guard let channel = isListing ? state.listing : state.files else { throw TreeJob.misunderstood(connection) }
            return channel
        }
    }

    private func takeChannels(_ control: Channel) throws {
        let (listing, files, hasBegun) = try TreeJob.channels(of: control, connection)
        let (first, expected) = state.read { ($0.first, $0.expected) }
        if !hasBegun, let first { try listing.send(first) }
        if expected > 0 { files.expect(expected) }
        state.change { ($0.listing, $0.files, $0.first) = (listing, files, nil) }
    }

    /// So many bytes are expected on the channel of its files.
    fileprivate func expect(_ bytes: Int) {
        let files = state.read { state in
            state.expected = bytes
            return state.files
        }
        files?.expect(bytes)
    }

    /// About `bytes` more were asked for.
    fileprivate func announce(_ bytes: UInt64) { state.read { $0.files }?.announce(bytes) }

    /// Ends it with `error`, the one channel where both are there.
    fileprivate func fail(_ error: any Error, isListing: Bool) {
        guard let channel = state.read({ isListing ? $0.listing : $0.files }) else { return fail(error) }
        channel.fail(error)
    }

    private func fail(_ error: any Error) {
        let control = state.change { state in
            state.failure = state.failure ?? error
            return state.control
        }
        control?.reset(error)
    }
}

/// One of the channels of a job that has just begun, or is about to.
private struct StartingChannel: MessageChannel {
    let job: StartingJob
    let isListing: Bool

    func send(_ message: [UInt8]) throws {
        if isListing, try job.start(with: message) { return }
        try job.channel(isListing: isListing).send(message)
    }

    func receive() throws -> [UInt8]? { try job.channel(isListing: isListing).receive() }

    func expect(_ bytes: Int) { if !isListing { job.expect(bytes) } }

    func announce(_ bytes: UInt64) { job.announce(bytes) }

    func finish() throws { try job.channel(isListing: isListing).finish() }

    func fail(_ error: any Error) { job.fail(error, isListing: isListing) }
}
