internal import Model
internal import NIOCore
internal import NIOSSL
internal import Synchronization
internal import Trust

/// Looks at the key that the other side of one connection has proven to hold, and lets it in or not.
final class PeerCheck: Sendable {
    private struct State {
        var identity: SiteIdentity?
        var refusal: PerigeeError?
    }

    private let admits: @Sendable (SiteIdentity) throws -> Void
    private let place: String
    private let state = Mutex(State())

    /// A check that lets in whom `admits` does not throw for; at `place`.
    init(_ place: String, _ admits: @escaping @Sendable (SiteIdentity) throws -> Void) {
        (self.place, self.admits) = (place, admits)
    }

    /// Who the other side is; nil until that is proven.
    var identity: SiteIdentity? { state.withLock { $0.identity } }

    /// Why it was not let in.
    var refusal: PerigeeError? { state.withLock { $0.refusal } }

    /// Answers the question of TLS whether `certificates` will do: only the key in the first counts.
    ///
    /// On the event loop: what is trusted is read from a small file of this machine, and only where it has changed.
    func answer(_ certificates: [NIOSSLCertificate], _ promise: EventLoopPromise<NIOSSLVerificationResult>) {
        do {
            guard let key = try certificates.first?.extractPublicKey().toSPKIBytes() else {
                throw PerigeeError(.denied, "the other side showed no key", at: place)
            }
            let identity = SiteIdentity(publicKey: key)
            try admits(identity)
            state.withLock { $0.identity = identity }
            promise.succeed(.certificateVerified)
        } catch {
            let refusal =
                error as? PerigeeError
                ?? PerigeeError(.denied, "the other side's key makes no sense", at: place, cause: error)
            state.withLock { $0.refusal = refusal.at(place) }
            promise.succeed(.failed)
        }
    }
}
