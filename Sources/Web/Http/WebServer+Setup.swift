internal import Catalog
internal import HTTPTypes
internal import HummingbirdCore
internal import HummingbirdTLS
internal import Logging
internal import Metering
internal import Model
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import Trust
internal import Workers

extension WebServer {
    /// What answers requests, of all operations and pages.
    static func responder(
        _ desk: any Desk, _ settings: WebSettingsInUse, _ callers: RateKeeper, _ pool: NIOThreadPool, _ hub: EventHub,
        _ metrics: PrometheusRegistry, _ deadlines: RequestDeadlines, _ logger: Logger
    ) -> Responder {
        let gatekeeper = Gatekeeper(desk)
        let api = Api(
            desk: desk, hub: hub, keyed: KeyedRequests(desk), gatekeeper: gatekeeper, pages: RunPages(desk),
            settings: settings)
        let described = api.operations
        let document = OpenAPI.document(described, version: desk.state.version).document
        let routes = RouteTable(
            described + [Operation.openAPI(document)] + Operation.probes(desk, metrics, hub)
                + Dashboard(desk: desk, gatekeeper: gatekeeper).operations)
        let gate = Gate(
            gatekeeper: gatekeeper, refusals: RefusalLog(desk, logger),
            callers: callers, settings: settings)
        return Responder(desk, routes, gate, pool, hub, WebMeters(metrics), deadlines, logger)
    }

    /// What a connection is handled by, before TLS.
    static func channel(
        _ responder: Responder, _ settings: WebSettings, _ pool: NIOThreadPool, _ desk: any Desk, _ logger: Logger
    ) throws -> HTTP1Channel {
        let refusals = RefusalLog(desk, logger)
        let note: @Sendable (String, String) -> Void = { address, reason in
            pool.submit { state in
                guard case .active = state else { return }
                refusals.note(
                    actor: "stranger", method: "none", path: "", status: 400, reason: "no HTTP: \(reason.prefix(200))",
                    address: address, request: "")
            }
        }
        return HTTP1Channel(
            responder: { request, writer, channel in try await responder.respond(request, writer, channel) },
            configuration: .init(
                additionalChannelHandlers: [MalformedNoter(note)], idleTimeout: .seconds(WebLimits.idleSeconds),
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: WebLimits.headerMax.one, maxHeaderListSize: WebLimits.headerMax.all,
                    maxHeaderFieldCount: WebLimits.headerMax.count)))
    }

    /// Binds, and answers until what it returns is called.
    static func run(
        _ channel: HTTP1Channel, _ settings: WebSettings, _ key: SiteKey?, _ group: any EventLoopGroup,
        _ state: Monitor<State>, _ logger: Logger
    ) throws -> @Sendable () -> Void {
        guard settings.proof != .none else { return serve(channel, settings, group, state, logger) }
        let configuration = try secure(settings.proof, key)
        let secured = try TLSChannel(
            channel,
            configuration: TLSChannelConfiguration(tlsConfiguration: configuration) { certificates, promise in
                // Any key will do: whoever has it has proven to have it, and tokens say what it may do.
                let hasKey = (try? certificates.first?.extractPublicKey().toSPKIBytes()) != nil
                promise.succeed(hasKey ? .certificateVerified : .failed)
            })
        return serve(secured, settings, group, state, logger)
    }

    private static func serve<Child: ServerChildChannel>(
        _ channel: Child, _ settings: WebSettings, _ group: any EventLoopGroup, _ state: Monitor<State>,
        _ logger: Logger
    ) -> @Sendable () -> Void {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .notice)
        let server = Server(
            childChannelSetup: channel,
            configuration: .init(
                address: .hostname(settings.host, port: Int(settings.port)),
                availableConnectionsDelegate: .maximum(WebLimits.connectionsMax, logger: quiet)),
            onServerRunning: { channel in
                state.change { $0.port = (channel.localAddress?.port).flatMap { UInt16(exactly: $0) } }
            }, eventLoopGroup: group, logger: quiet)
        let task = Task {
            do {
                try await server.run()
            } catch {
                state.change { $0.failure = error }
            }
            state.change { $0.hasEnded = true }
        }
        return {
            Task { try? await server.shutdownGracefully() }
            Task {
                try? await Task.sleep(for: .seconds(5))
                task.cancel()
            }
        }
    }

    private static func secure(_ proof: WebSettings.Proof, _ key: SiteKey?) throws -> TLSConfiguration {
        let chain: [NIOSSLCertificateSource]
        let secret: NIOSSLPrivateKeySource
        switch proof {
        case .files(let certificate, let path):
            do {
                chain = try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) }
                secret = .privateKey(try NIOSSLPrivateKey(file: path, format: .pem))
            } catch {
                throw PerigeeError(
                    .usage, "certificate and key cannot be read", at: "serve.api.tls",
                    remedy: "name PEM files that the daemon may read", cause: error)
            }
        case .site, .none:
            guard let key else {
                throw PerigeeError(
                    .key, "this site has no identity yet", at: "serve.api.tls",
                    remedy: "make one: perigee identity new")
            }
            chain = [.certificate(try NIOSSLCertificate(bytes: key.certificate(), format: .der))]
            secret = .privateKey(try NIOSSLPrivateKey(bytes: key.pem(), format: .pem))
        }
        var configuration = TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: secret)
        configuration.minimumTLSVersion = .tlsv12
        configuration.certificateVerification = .optionalVerification
        configuration.trustRoots = .certificates([])
        configuration.applicationProtocols = ["http/1.1"]
        return configuration
    }
}
