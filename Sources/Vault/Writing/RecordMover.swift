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
    /// The most bytes of neighbouring records that are read in one go.
    static let readMax = 4 << 20
    /// Bytes between two records that are read along rather than asked for apart.
    static let gapMax: UInt64 = 64 << 10

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
        var rest = ids
        try records.following {
            let located = try rest.map { (id: $0, location: try records.locate($0, kind)) }
                .sorted { ($0.location.pack, $0.location.offset) < ($1.location.pack, $1.location.offset) }
            rest = located.map(\.id)
            var start = 0
            var moved = 0
            defer { rest.removeFirst(moved) }
            while start < located.count {
                let end = Self.runEnd(located, from: start)
                let bytes = try records.read(from: located[start].location, to: located[end - 1].location)
                for item in located[start..<end] {
                    let offset = Int(item.location.offset - located[start].location.offset)
                    let slice = bytes[offset..<(offset + item.location.recordLength)]
                    try take(UnsafeRawBufferPointer(rebasing: slice), item.id, item.location)
                    moved += 1
                }
                start = end
            }
        }
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

    /// The end of the run of near neighbours that begins at `start`.
    private static func runEnd(_ located: [(id: ContentID, location: ChunkLocation)], from start: Int) -> Int {
        let first = located[start].location
        var end = start + 1
        while end < located.count {
            let last = located[end - 1].location
            let next = located[end].location
            let lastEnd = last.offset + UInt64(last.recordLength)
            guard next.pack == first.pack, next.offset >= lastEnd, next.offset - lastEnd <= gapMax,
                next.offset + UInt64(next.recordLength) - first.offset <= UInt64(readMax)
            else { break }
            end += 1
        }
        return end
    }

    /// Puts the last pack into the vault.
    ///
    /// The mover can be used again afterwards.
    public func finish() throws { try packs.finish() }
}
