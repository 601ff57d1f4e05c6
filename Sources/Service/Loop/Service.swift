public import Catalog
public import Configurations
internal import Logging
public import Model
public import Scheduling
internal import Synchronization
internal import Workers

/// The daemon: it has the runs of schedules done when they are due, and what rules want when there is need.
///
/// One thread decides (``run(until:hangups:)``); each attempt works on a thread of its own. What was decided is in the
/// catalog before it is begun, so that a kill at any instant loses nothing and ends no run twice.
public final class Service: Sendable {
    /// What it remembers.
    public let catalog: Catalog
    /// Where events come from.
    public let events = EventHub()
    let setup: ServiceSetup
    let inbox = Monitor(Inbox())
    let current: Mutex<ServiceState>
    let board = Mutex(ScheduleBoard())
    let settings: Mutex<ServiceSettings>
    private let progress = Mutex<[RunID: RunProgress]>([:])
    private let stamps = Atomic<UInt64>(0)
    let tallies = Mutex(DaemonCounters())
    let followers = Mutex<[@Sendable (ServiceSettings) -> Void]>([])

    struct Inbox {
        var messages: [ServiceMessage] = []
        var isOpen = false
    }

    /// How long whoever asks for something waits for the answer.
    static let answerWait = Duration.seconds(30)
    /// Messages that wait at most; more requests are refused.
    static let messagesMax = 10_000

    /// A daemon that does nothing yet.
    ///
    /// - Throws: what is wrong with the configuration.
    public init(_ setup: ServiceSetup) throws {
        self.setup = setup
        catalog = setup.catalog
        let read = try setup.load()
        settings = Mutex(read)
        let now = setup.clock.now()
        current = Mutex(
            ServiceState(
                started: now, version: setup.version, process: SystemProcess.number, here: setup.here,
                configuration: setup.configuration, configurationRead: now))
    }

    /// What it does now; does not wait for the database.
    public var state: ServiceState {
        var state = current.withLock { $0 }
        let (view, hasErrands) = board.withLock { ($0.look(), $0.hasErrands) }
        (state.schedules, state.runs, state.replicas) = (view.schedules, view.runs, view.replicas)
        // Nobody pauses, runs or foretells what is done once.
        if hasErrands { state.schedules.removeAll { Errand.has($0.name) } }
        let far = progress.withLock { $0 }
        for index in state.runs.indices { state.runs[index].progress = far[state.runs[index].id] }
        state.counters = counters
        return state
    }

    /// Grows after each change of what ``ServiceState/runs`` says: runs that were read after this was asked for are
    /// still true as long as it is the same.
    public var stamp: UInt64 { stamps.load(ordering: .acquiring) }

    /// Says that ``ServiceState/runs`` says something else.
    func stampRuns() { stamps.add(1, ordering: .releasing) }

    /// Notes how far a run has come; nil when it does not work any more.
    func note(_ far: RunProgress?, of run: RunID) {
        progress.withLock { $0[run] = far }
        stampRuns()
    }

    /// What has been counted since it was started.
    public var counters: DaemonCounters {
        var counters = tallies.withLock { $0 }
        (counters.notices, counters.noticesFailed) = setup.notices.counts
        return counters
    }

    /// The configuration that is in use.
    public var configuration: PerigeeConfiguration { settings.withLock { $0.configuration } }

    /// What the configuration that is in use says to the daemon.
    public var plan: ServiceSettings { settings.withLock { $0 } }

    /// Has `body` called with each configuration that is taken into use from now on; it must be quick.
    public func follow(_ body: @escaping @Sendable (ServiceSettings) -> Void) {
        followers.withLock { $0.append(body) }
    }

    /// Begins to watch what happens.
    public func subscribe(buffer: Int = 1024, wake: @escaping @Sendable () -> Void) -> EventSubscription {
        events.subscribe(buffer: buffer, wake: wake)
    }

    /// Does what `actor` asks for, and notes it in the audit log; it is durable when this returns.
    ///
    /// - Returns: the run that was issued, for ``ServiceCommand/runNow(schedule:)`` and ``ServiceCommand/errand(_:)``.
    /// - Throws: `notFound` where a name is unknown, `conflict` where the run has ended or is under way, `busy` where the daemon is
    ///   starting or stopping, `usage` where the configuration is wrong.
    @discardableResult
    public func perform(_ command: ServiceCommand, by actor: String) throws(PerigeeError) -> RunID? {
        let reply = ServiceReply()
        let isTaken = inbox.change { inbox in
            guard inbox.isOpen, inbox.messages.count < Self.messagesMax else { return false }
            inbox.messages.append(.command(command, actor: actor, reply))
            return true
        }
        guard isTaken, let answer = reply.wait(for: Self.answerWait) else { throw Self.away }
        return try answer.get()
    }

    static let away = PerigeeError(
        .busy, "the daemon is starting, stopping or very busy", remedy: "try again in a moment", canRetry: true)

    /// Tells the loop something; false where it does not listen any more.
    @discardableResult
    func tell(_ message: ServiceMessage) -> Bool {
        inbox.change { inbox in
            inbox.messages.append(message)
            return inbox.isOpen
        }
    }
}
