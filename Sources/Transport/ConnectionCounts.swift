internal import Synchronization
internal import Trust

/// How many connections there are, of each kind and from each side, held to their limits.
final class ConnectionCounts: Sendable {
    private struct State {
        var handshakes: [String: Int] = [:]
        var handshakeCount = 0
        var sites: [SiteIdentity: Int] = [:]
        var siteCount = 0
    }

    private let limits: TransportLimits
    private let state = Mutex(State())

    init(_ limits: TransportLimits) { self.limits = limits }

    /// Counts a connection from `host` that has not proven who it is; false where there are too many.
    func beginHandshake(_ host: String) -> Bool {
        state.withLock { state in
            let ofHost = state.handshakes[host, default: 0]
            guard state.handshakeCount < limits.handshakesMax, ofHost < limits.handshakesPerHostMax else {
                return false
            }
            state.handshakes[host] = ofHost + 1
            state.handshakeCount += 1
            return true
        }
    }

    /// One of them has proven it, or is gone.
    func endHandshake(_ host: String) {
        state.withLock { state in
            state.handshakes[host] = state.handshakes[host].flatMap { $0 > 1 ? $0 - 1 : nil }
            state.handshakeCount -= 1
        }
    }

    /// Counts a connection of `site`; false where there are too many.
    func begin(_ site: SiteIdentity) -> Bool {
        state.withLock { state in
            let ofSite = state.sites[site, default: 0]
            guard state.siteCount < limits.connectionsMax, ofSite < limits.connectionsPerSiteMax else { return false }
            state.sites[site] = ofSite + 1
            state.siteCount += 1
            return true
        }
    }

    /// One of them is gone.
    func end(_ site: SiteIdentity) {
        state.withLock { state in
            state.sites[site] = state.sites[site].flatMap { $0 > 1 ? $0 - 1 : nil }
            state.siteCount -= 1
        }
    }
}
