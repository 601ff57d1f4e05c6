internal import Catalog
internal import HTTPTypes
internal import HummingbirdCore
internal import HummingbirdTLS
public import Logging
public import Metering
internal import Model
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import Synchronization
public import Trust
internal import Workers

/// The API, the dashboard and the metrics of a daemon, over HTTP.
public final class WebServer: Sendable {
    struct State: Sendable {
        var port: UInt16?
        var failure: (any Error)?
        var hasEnded = false
    }

    private let group: MultiThreadedEventLoopGroup
    private let pool: NIOThreadPool
    private let hub: EventHub
    private let state: Monitor<State>
    private let beats: RepeatedTask
    private let looks: RepeatedTask
    private let finish: @Sendable () -> Void
    private let settings: WebSettingsInUse
    private let callers: RateKeeper

    /// Begins to answer.
    ///
    /// - Parameters:
    ///   - key: the key of the site, for `tls: site`.
    ///   - metrics: where requests are counted, and what `/metrics` says.
    /// - Throws: `refused` where others would be let in by accident; what binding throws.
    public init(
        _ desk: any Desk, settings: WebSettings, key: SiteKey?, hasToken: Bool, metrics: PrometheusRegistry,
        logger: Logger
    ) throws {
        try settings.check(hasToken: hasToken)
        let (inUse, callers) = (WebSettingsInUse(settings), RateKeeper(burst: settings.burst, perSecond: settings.rate))
        (self.settings, self.callers) = (inUse, callers)
        group = MultiThreadedEventLoopGroup(numberOfThreads: min(2, System.coreCount))
        let pool = NIOThreadPool(numberOfThreads: WebLimits.threads)
        pool.start()
        self.pool = pool
        let hub = EventHub(pool)
        self.hub = hub
        let state = Monitor(State())
        self.state = state
        let deadlines = RequestDeadlines()
        let responder = Self.responder(desk, inUse, callers, pool, hub, metrics, deadlines, logger)
        let channel = try Self.channel(responder, settings, pool, desk, logger)
        beats = group.next().scheduleRepeatedTask(
            initialDelay: .seconds(WebLimits.heartbeatSeconds), delay: .seconds(WebLimits.heartbeatSeconds)
        ) { _ in pool.submit { if case .active = $0 { hub.beat() } } }
        looks = group.next().scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
            deadlines.look()
        }
        finish = try Self.run(channel, settings, key, group, state, logger)
        hub.open(desk)
        _ = try port()
    }

    /// Takes `settings` into use as far as that can be while it answers: no connection is dropped.
    ///
    /// - Returns: the keys that have changed, and whether each is in use now; the others need another server.
    public func use(_ settings: WebSettings) -> [(key: String, isInUse: Bool)] {
        callers.use(burst: settings.burst, perSecond: settings.rate)
        return self.settings.use(settings)
    }

    /// The port at which it answers.
    public func port() throws -> UInt16 {
        let result = state.wait(for: .seconds(10)) { $0.port != nil || $0.failure != nil ? $0 : nil }
        if let port = result?.port { return port }
        stop()
        throw PerigeeError(
            .io, "it cannot listen", at: "serve.api.listen: \(settings.current.host):\(settings.current.port)",
            remedy: "end what listens there, or choose another address", cause: result?.failure)
    }

    /// Ends: streams at once, what is being answered within some seconds.
    public func stop() {
        beats.cancel()
        looks.cancel()
        hub.close()
        finish()
        _ = state.wait(for: .seconds(10)) { $0.hasEnded ? true : nil }
        pool.shutdownGracefully { _ in }
        group.shutdownGracefully { _ in }
    }
}
