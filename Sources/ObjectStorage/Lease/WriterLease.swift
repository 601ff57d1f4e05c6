internal import Hashing
internal import Model
internal import Storage
internal import Synchronization

/// The right to write into a vault that only one may write into, since the store does not honour conditions.
///
/// A writer puts its token, waits, and looks whether it is still there: of several that put at about the same time, the
/// last one stays. It looks again before it changes anything, and puts the token anew every minute. A lease that was not
/// renewed for ``staleSeconds`` by the store's clock, or whose process is known to be gone, is taken over.
///
/// What this cannot do without the store's help: a put that is held up on its way for longer than a writer waits can
/// still undo what another writer did in that moment. Chunks and snapshots have names of their own and cannot be hit;
/// the ref of a dataset can.
final class WriterLease: Sendable {
    /// A lease that was not renewed for so long is nobody's.
    static let staleSeconds = 900.0
    /// How long a writer waits before it looks whether its token is still there.
    static let settling = Duration.seconds(2)
    /// How often the token is put anew.
    static let renewing = Duration.seconds(60)
    /// After so long it is looked at again before something is changed.
    static let trusting = Duration.seconds(2)
    /// How often a writer begins anew that was too slow to be sure.
    static let attemptsMax = 5

    private struct Held {
        var renewed: Duration
        var seen: Duration
    }

    private let store: S3Store
    private let key: BlobKey
    private let blob: LeaseBlob
    private let held = Mutex<Held?>(nil)

    init(_ store: S3Store, key: BlobKey, writer: WriterIdentity, token: String) {
        self.store = store
        self.key = key
        blob = LeaseBlob(token: token, writer: writer)
    }

    private var clock: any StoreClock { store.client.doors.clock }

    /// Sees to it that this writer has the lease, just now.
    ///
    /// - Throws: `busy` where another has it; never `conflict`, which would say that a condition does not hold.
    func hold() throws {
        try held.withLock { held in
            guard let last = held else { return held = try acquire() }
            let now = clock.now()
            if now - last.seen < Self.trusting { return }
            guard try current()?.token == blob.token else {
                throw PerigeeError(
                    .busy, "another writer has taken the vault over, since this one was silent for too long",
                    at: store.name, remedy: "run the same command again: what was stored is used", canRetry: true)
            }
            held?.seen = now
            guard now - last.renewed >= Self.renewing else { return }
            try store.put(key, blob.encoded(), if: .always)
            held?.renewed = now
        }
    }

    /// Gives the lease back, if this writer has it.
    func release() {
        held.withLock { held in
            guard held != nil else { return }
            held = nil
            if (try? current()?.token) == blob.token { try? store.delete(key) }
        }
    }

    private func acquire() throws -> Held {
        for _ in 0..<Self.attemptsMax {
            let start = clock.now()
            try checkFree()
            try store.put(key, blob.encoded(), if: .always)
            let put = clock.now()
            clock.sleep(Self.settling)
            // Slower than others wait: they may have looked before this token was there.
            guard put - start < Self.settling else { continue }
            guard try current()?.token == blob.token else { throw taken("has just begun") }
            return Held(renewed: put, seen: clock.now())
        }
        throw PerigeeError(
            .io, "the object store answers too slowly for one writer to keep others out", at: store.name,
            remedy: "run the same command again when it is less busy", canRetry: true)
    }

    /// Refuses where another writer has the lease.
    private func checkFree() throws {
        guard let (bytes, _) = try store.fetch(key, limit: ByteCount(LeaseBlob.sizeMax)) else { return }
        let other = LeaseBlob(decoding: bytes)
        if let other, other.token == blob.token || other.writer.isGone(seenFrom: blob.writer) { return }
        guard let age = try store.age(of: key), age < Self.staleSeconds else { return }
        throw taken("was heard of \(Quantity.decimal(max(0, age), places: 0)) s ago")
    }

    private func taken(_ how: String) -> PerigeeError {
        PerigeeError(
            .busy, "another writer \(how), and this vault takes one at a time", at: store.name,
            remedy: "wait until it has ended; one that was killed on another machine is forgotten after "
                + "\(Int(Self.staleSeconds / 60)) minutes", canRetry: true)
    }

    private func current() throws -> LeaseBlob? {
        try store.fetch(key, limit: ByteCount(LeaseBlob.sizeMax)).flatMap { LeaseBlob(decoding: $0.bytes) }
    }
}

extension S3Store {
    /// How many seconds ago a blob was put, by the store's own clock; nil where there is none.
    func age(of key: BlobKey) throws -> Double? {
        do {
            let response = try client.send(S3Request(method: .head, path: path(key)))
            guard let date = response.date,
                let modified = response.headers["last-modified"].flatMap({ HTTPDate.parse($0) })
            else { return 0 }
            return date.seconds(since: modified)
        } catch let failure as S3Failure where failure.status == 404 {
            return nil
        } catch let failure as S3Failure {
            throw error(failure, key)
        }
    }
}
