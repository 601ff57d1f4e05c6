internal import Synchronization

/// The settings of a server that are in use; some of them change while it answers.
final class WebSettingsInUse: Sendable {
    private let settings: Mutex<WebSettings>

    /// Settings that are in use from now on.
    init(_ settings: WebSettings) { self.settings = Mutex(settings) }

    /// As they are now.
    var current: WebSettings { settings.withLock { $0 } }

    /// Takes `wanted` into use, but for where the server listens and what it proves with who it is.
    ///
    /// - Returns: the keys that have changed, and whether each is in use now.
    func use(_ wanted: WebSettings) -> [(key: String, isInUse: Bool)] {
        let before = settings.withLock { current in
            var next = wanted
            (next.host, next.port, next.proof) = (current.host, current.port, current.proof)
            defer { current = next }
            return current
        }
        return [
            ("serve.api.listen", (wanted.host, wanted.port) != (before.host, before.port), false),
            ("serve.api.tls", wanted.proof != before.proof, false),
            ("serve.api.hosts", wanted.hosts != before.hosts, true),
            ("serve.api.metrics", wanted.hasOpenMetrics != before.hasOpenMetrics, true),
            ("serve.api.rate", wanted.rate != before.rate, true),
            ("serve.api.scenarios", wanted.scenarios != before.scenarios, true),
            ("serve.api.secrets", wanted.secrets != before.secrets, true),
        ].filter { $0.1 }.map { (key: $0.0, isInUse: $0.2) }
    }
}
