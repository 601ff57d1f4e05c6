public import Configurations
internal import Model

/// Where and how the daemon answers over HTTP.
public struct WebSettings: Sendable, Equatable {
    /// What it proves with who it is.
    public enum Proof: Sendable, Equatable {
        /// Nothing: plain HTTP.
        case none
        /// The key of the site itself, which clients pin.
        case site
        /// A certificate, with those that lead to an authority, and its key; PEM files.
        case files(certificate: String, key: String)
    }

    /// The address; 127.0.0.1 where nobody says.
    public var host = "127.0.0.1"
    /// The port; 0 for one that is free.
    public var port: UInt16 = 7375
    /// TLS.
    public var proof = Proof.none
    /// Names that requests may be for, besides the address.
    public var hosts: [String] = []
    /// Whether metrics are for everybody; else for tokens alone.
    public var hasOpenMetrics = true
    /// Requests a second that a caller may make.
    public var rate = WebLimits.callerBurst.perSecond
    /// Requests that a caller may make at once.
    var burst: Double { max(rate * 2, 10) }
    /// Files of scenarios that can be decided.
    public var scenarios: [String] = []
    /// Secrets that a request may name as what is to open a vault; no others.
    public var secrets: [SecretReference] = []

    /// The usual settings.
    public init() {}

    /// Whether it is reached from this host alone.
    public var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }

    /// Reads the mapping below `serve.api` of a configuration.
    ///
    /// Faults are added to `log`.
    public init(_ node: ConfigurationNode?, log: FaultLog) {
        guard let node, var reader = MappingReader(node, key: "serve.api", log: log) else { return }
        if let address = reader.value("listen", "an address as 127.0.0.1:7375", { Self.address($0) }) {
            (host, port) = address
        }
        if let tls = reader.node("tls") { proof = Self.proof(tls, log: log) }
        hosts = Self.names(reader.node("hosts"), log: log, key: "serve.api.hosts")
        scenarios = Self.names(reader.node("scenarios"), log: log, key: "serve.api.scenarios")
        secrets = reader.list("secrets").compactMap { item in
            reader.value(item.node, at: item.key, Self.secretForm) { SecretReference(parsing: $0) }
        }
        if let word = reader.value("metrics", "open or token", { ["open": true, "token": false][$0] }) {
            hasOpenMetrics = word
        } else {
            hasOpenMetrics = isLoopback
        }
        rate = reader.integer("rate", in: 1...1_000_000).map(Double.init) ?? rate
        reader.finish()
    }

    /// All that is wrong with the mapping below `serve.api`, an address included that others would reach without TLS.
    public static func faults(_ node: ConfigurationNode?) -> [ConfigurationFault] {
        let log = FaultLog()
        let settings = WebSettings(node, log: log)
        if !settings.isLoopback, settings.proof == .none, node?["tls"] == nil, let node {
            log.add(
                unprotected, at: (node["listen"] ?? node).position, key: "serve.api.listen", remedy: unprotectedRemedy)
        }
        return log.faults
    }

    private static let unprotected = "others would reach it, and read what passes"
    private static let unprotectedRemedy = "write tls: site, or a certificate and its key, or listen on 127.0.0.1"

    private static let secretForm = "where a secret is: env:NAME, file:/path or credential:NAME"

    private static func address(_ text: String) -> (String, UInt16)? {
        HostAddress(parsing: text, usualPort: 7375).map { ($0.plainHost, $0.port) }
    }

    private static func proof(_ node: ConfigurationNode, log: FaultLog) -> Proof {
        if case .scalar(let text, _) = node.value, text == "site" { return .site }
        guard var reader = MappingReader(node, key: "serve.api.tls", log: log) else { return .none }
        let certificate = reader.text("certificate", "a PEM file")
        let key = reader.text("key", "a PEM file")
        reader.finish()
        guard let certificate, let key else {
            reader.fault("certificate", "certificate and key belong together", remedy: "name both, or write tls: site")
            return .none
        }
        return .files(certificate: certificate, key: key)
    }

    private static func names(_ node: ConfigurationNode?, log: FaultLog, key: String) -> [String] {
        guard let node else { return [] }
        guard case .sequence(let items) = node.value else {
            log.add("a list is needed", at: node.position, key: key, remedy: "write [one, two]")
            return []
        }
        return items.compactMap { item in
            if case .scalar(let text, _) = item.value, !text.isEmpty { return text }
            log.add("a name is needed", at: item.position, key: key, remedy: "write text")
            return nil
        }
    }

    /// Refuses what would let others in by accident.
    ///
    /// - Throws: `refused` for an address that others reach, without TLS or without a token that is valid.
    public func check(hasToken: Bool) throws {
        guard !isLoopback else { return }
        guard proof != .none else {
            throw PerigeeError(
                .refused, Self.unprotected, at: "serve.api.listen: \(host):\(port)", remedy: Self.unprotectedRemedy)
        }
        guard hasToken else {
            throw PerigeeError(
                .refused, "others would reach it, and nobody has a token", at: "serve.api.listen: \(host):\(port)",
                remedy: "make a token first: perigee token add NAME --scope read")
        }
    }
}
