public import Content
internal import Files
internal import Hashing
internal import Model
internal import Storage

/// Moves records as they are sealed, from the packs of a vault into those of a session, of the same vault or of another
/// one of its dedup domain.
///
/// Nothing is decompressed. Each seal is opened, so that damage is named where it is and not passed on; a record stays
/// as it is, byte by byte, where the session's vault has the key of its epoch. For one thread.
public final class RecordMover {
    private let kind: RecordKind
    private let records: RecordReader
    private let resealer: Resealer
    private let renewal: Resealer.Renewal
    private let packs: PackWriter
    private var claims: ClaimCheck

    /// A mover of records of `kind`, out of `source`.
    ///
    /// - Parameter renewing: seal anew what is of an older epoch than the session's current one.
    /// - Throws: `usage` where the two vaults are not of one dedup domain.
    public init(
        _ kind: RecordKind, from source: Vault, into session: VaultSession, renewing: Bool = false
    ) throws {
        guard source.sharesDomain(with: session.vault) else {
            throw PerigeeError(
                .usage, "the two vaults are not of one dedup domain", at: source.store.name,
                remedy: "a vault made with init --like shares the domain of another")
        }
        self.kind = kind
        records = try RecordReader(source)
        let target = session.vault
        resealer = Resealer(
            from: source.ring, to: target.ring, cipher: target.descriptor.cipher, nonces: target.environment.nonces())
        renewal = renewing ? .oldEpochs : .ifNeeded
        packs = try PackWriter(session, kind: kind)
        claims = ClaimCheck(session)
    }

    /// Claims `id`, which the caller then has moved; false where the session's vault has it or it is claimed already.
    ///
    /// A commit is refused while a claimed record is not moved.
    public func claim(_ id: ContentID) -> Bool { claims.claim(id) }

    /// Moves the records of `ids`, which were claimed, in the order in which they lie.
    ///
    /// - Throws: `damaged` where the source lacks one, or its seal is broken.
    public func move(_ ids: [ContentID]) throws {
        try RecordRuns.read(ids, kind, by: records) { try take($1, $0.id, $0.location) }
    }

    private func take(_ record: UnsafeRawBufferPointer, _ id: ContentID, _ location: ChunkLocation) throws {
        do {
            try packs.add(bound: record.count) { isFirst, out in
                try resealer.take(record, expecting: id, kind: kind, isFirst ? .always : renewal, into: out)
            }
        } catch let error as PerigeeError where error.code == .damaged {
            throw error.at("\(VaultLayout.pack(location.pack)), byte \(location.offset)")
        }
    }

    /// Puts the last pack into the vault.
    ///
    /// The mover can be used again afterwards.
    public func finish() throws { try packs.finish() }
}
