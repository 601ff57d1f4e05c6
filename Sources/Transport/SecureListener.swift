public import Model
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
public import Trust
internal import Workers

/// Listens for other sites, and hands those over that have proven who they are and are let in.
///
/// Who has not is dropped after a while; how many there may be of each is bounded, and nothing of theirs is kept beyond what
/// TLS needs to look at their key.
public final class SecureListener: Sendable {
    private let settings: SecureSettings
    private let admits: @Sendable (SiteIdentity) throws -> Void
    private let onRefusal: @Sendable (PerigeeError) -> Void
    private let arrivals = Monitor(Arrivals())
    private let counts: ConnectionCounts
    private let server = Monitor<(any NIOCore.Channel)?>(nil)

    private struct Arrivals {
        var streams: [SecureStream] = []
        var isClosed = false
    }

    /// Listens at `address`; port 0 takes any that is free.
    ///
    /// - Parameters:
    ///   - admits: throws for whom is not to be let in; asked on an event loop, so it must not take long.
    ///   - onRefusal: told who was not let in and why, with their address as the place.
    /// - Throws: where nothing can listen there.
    public init(
        at address: HostAddress, _ settings: SecureSettings,
        admits: @escaping @Sendable (SiteIdentity) throws -> Void,
        onRefusal: @escaping @Sendable (PerigeeError) -> Void
    ) throws {
        (self.settings, self.admits, self.onRefusal) = (settings, admits, onRefusal)
        counts = ConnectionCounts(settings.limits)
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 128)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { SecureSettings.widen($0) }
            .childChannelInitializer { [weak self] channel in
                guard let self else { return channel.eventLoop.makeFailedFuture(ChannelError.inputClosed) }
                return self.welcome(channel)
            }
        do {
            let channel = try bootstrap.bind(host: address.plainHost, port: Int(address.port)).wait()
            server.change { $0 = channel }
        } catch {
            throw PerigeeError(
                .io, "cannot listen: \(TransportFault.words(error))", at: "\(address)",
                remedy: "name an address of this host, and a port at which nothing listens yet")
        }
    }

    deinit { close() }

    /// The port that it listens at.
    public var port: UInt16 { UInt16(server.read { $0?.localAddress?.port } ?? 0) }

    /// The next site that came, after waiting for one for at most `limit`; nil where none came.
    public func accept(for limit: Duration) -> SecureStream? {
        arrivals.wait(for: limit) { arrivals -> SecureStream?? in
            if arrivals.isClosed { return .some(nil) }
            return arrivals.streams.isEmpty ? nil : .some(arrivals.streams.removeFirst())
        } ?? nil
    }

    /// Listens no more; those that nobody took are closed, the others go on.
    public func close() {
        server.change { server in
            defer { server = nil }
            return server
        }?.close(promise: nil)
        let left = arrivals.change { arrivals in
            defer { arrivals = Arrivals(streams: [], isClosed: true) }
            return arrivals.streams
        }
        for stream in left { stream.close() }
    }

    // MARK: on event loops

    /// Makes a connection that came in ready for its handshake, or closes it.
    private func welcome(_ channel: any NIOCore.Channel) -> EventLoopFuture<Void> {
        let host = channel.remoteAddress?.ipAddress ?? "unknown"
        let place = channel.remoteAddress.map { Self.place(host, $0.port) } ?? host
        guard counts.beginHandshake(host) else {
            onRefusal(Self.tooMany("connections that have not said who they are", place))
            return channel.eventLoop.makeFailedFuture(ChannelError.inputClosed)
        }
        let (state, check) = (StreamState(), PeerCheck(place, admits))
        let handshake = Handshake(counts, host: host)
        let wait = settings.limits.handshakeWait
        let timeout = channel.eventLoop.scheduleTask(in: .nanoseconds(Int64(wait / .nanoseconds(1)))) {
            state.fail(TransportFault.slowHandshake(wait, place))
            channel.close(promise: nil)
        }
        channel.closeFuture.whenComplete { [onRefusal] _ in
            timeout.cancel()
            handshake.end()
            // Only one that ended before it was let in has a failure that nobody else will tell.
            if !handshake.wasAdmitted {
                onRefusal(state.firstFailure ?? TransportFault.cut("the connection was cut", place))
            }
        }
        let (context, own) = (settings.contexts.server, settings.own)
        return SecureSettings.options(channel).flatMapThrowing {
            let secure = NIOSSLServerHandler(
                context: context, customVerificationCallback: { check.answer($0, $1) })
            let bridge = StreamBridge(state, place: place, own: own, check: check) { [weak self] channel in
                timeout.cancel()
                self?.admit(channel, state, check, handshake, place)
            }
            try channel.pipeline.syncOperations.addHandlers(secure, bridge)
        }
    }

    /// Hands a site over that has proven who it is.
    private func admit(
        _ channel: any NIOCore.Channel, _ state: StreamState, _ check: PeerCheck, _ handshake: Handshake,
        _ place: String
    ) {
        guard let identity = check.identity, handshake.admit(identity) else {
            state.fail(Self.tooMany("connections, strands among them, of sites that are let in", place))
            return channel.close(promise: nil)
        }
        let stream = SecureStream(
            channel, state, peer: place, identity: identity, closeWait: settings.limits.closeWait)
        let isTaken = arrivals.change { arrivals in
            guard !arrivals.isClosed else { return false }
            arrivals.streams.append(stream)
            return true
        }
        if !isTaken { stream.close() }
    }

    private static func place(_ host: String, _ port: Int?) -> String {
        (host.contains(":") ? "[\(host)]" : host) + (port.map { ":\($0)" } ?? "")
    }

    private static func tooMany(_ what: String, _ place: String) -> PerigeeError {
        PerigeeError(
            .limit, "there are too many \(what)", at: place, remedy: "wait until some have ended", canRetry: true)
    }
}
