internal import Synchronization

/// The logins of all browsers, in memory: a daemon that is started anew knows none.
final class SessionTable: Sendable {
    private let sessions = Mutex<[String: Session]>([:])

    /// A new login with a token, at `now` in seconds since 1970.
    func open(_ token: [UInt8], at now: Int64) -> Session {
        let session = Session(
            secret: TokenSecret.random(), check: TokenSecret.random(), token: token,
            ends: now + WebLimits.sessionSeconds)
        sessions.withLock { sessions in
            sessions = sessions.filter { $0.value.ends > now }
            if sessions.count >= WebLimits.sessionsMax, let first = sessions.values.min(by: { $0.ends < $1.ends }) {
                sessions[first.secret] = nil
            }
            sessions[session.secret] = session
        }
        return session
    }

    /// The login that a cookie speaks of; nil where there is none any more.
    func session(_ secret: String, at now: Int64) -> Session? {
        sessions.withLock { $0[secret] }.flatMap { $0.ends > now ? $0 : nil }
    }

    /// Ends a login.
    func close(_ session: Session) { sessions.withLock { $0[session.secret] = nil } }
}
