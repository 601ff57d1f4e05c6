internal import Synchronization
internal import Trust

/// How many connections there are, of each kind and from each side, held to their limits.
final class ConnectionCounts: Sendable {
    /// Connections of one kind, by where they come from.
    private struct Counted<Origin: Hashable & Sendable>: Sendable {
        private var each: [Origin: Int] = [:]
        private var count = 0

        /// Counts one from `origin`; false where there are `most` of them, or `mostOfEach` from there.
        mutating func begin(_ origin: Origin, most: Int, mostOfEach: Int) -> Bool {
            let known = each[origin, default: 0]
            guard count < most, known < mostOfEach else { return false }
            each[origin] = known + 1
            count += 1
            return true
        }

        /// One of them is gone.
        mutating func end(_ origin: Origin) {
            each[origin] = each[origin].flatMap { $0 > 1 ? $0 - 1 : nil }
            count -= 1
        }
    }

    private let limits: TransportLimits
    private let handshakes = Mutex(Counted<String>())
    private let sites = Mutex(Counted<SiteIdentity>())

    init(_ limits: TransportLimits) { self.limits = limits }

    /// Counts a connection from `host` that has not proven who it is; false where there are too many.
    func beginHandshake(_ host: String) -> Bool {
        handshakes.withLock { $0.begin(host, most: limits.handshakesMax, mostOfEach: limits.handshakesPerHostMax) }
    }

    /// One of them has proven it, or is gone.
    func endHandshake(_ host: String) { handshakes.withLock { $0.end(host) } }

    /// Counts a connection of `site`; false where there are too many.
    func begin(_ site: SiteIdentity) -> Bool {
        sites.withLock { $0.begin(site, most: limits.streamsMax, mostOfEach: limits.streamsPerSiteMax) }
    }

    /// One of them is gone.
    func end(_ site: SiteIdentity) { sites.withLock { $0.end(site) } }
}
