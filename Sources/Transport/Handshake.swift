internal import Synchronization
internal import Trust

/// Where one connection is counted, from its beginning to its end.
final class Handshake: Sendable {
    private enum Stage {
        case beginning
        case admitted(SiteIdentity)
        case refused
        case over
    }

    private let counts: ConnectionCounts
    private let host: String
    private let stage = Mutex((now: Stage.beginning, wasAdmitted: false))

    /// One that was counted with ``ConnectionCounts/beginHandshake(_:)``.
    init(_ counts: ConnectionCounts, host: String) { (self.counts, self.host) = (counts, host) }

    /// Whether the other side was let in.
    var wasAdmitted: Bool { stage.withLock { $0.wasAdmitted } }

    /// The other side is `site`; false where that has too many connections, or this one is over.
    func admit(_ site: SiteIdentity) -> Bool {
        stage.withLock { stage in
            guard case .beginning = stage.now else { return false }
            counts.endHandshake(host)
            let isLetIn = counts.begin(site)
            stage = (isLetIn ? .admitted(site) : .refused, isLetIn)
            return isLetIn
        }
    }

    /// The connection is gone.
    func end() {
        stage.withLock { stage in
            switch stage.now {
            case .beginning: counts.endHandshake(host)
            case .admitted(let site): counts.end(site)
            case .refused, .over: break
            }
            stage.now = .over
        }
    }
}
