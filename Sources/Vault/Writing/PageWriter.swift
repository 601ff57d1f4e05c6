public import Content
internal import Model

/// Writes the pages that a vault lacks, into packs of their own.
///
/// One for each thread.
///
/// Pages are found by others only after ``VaultSession/commit(_:dataset:expecting:)``, which comes after the packs of
/// the chunks that they name: so whoever has a page of a snapshot that is kept has all below it. Of a page that no
/// snapshot names any more a gc may have deleted what is below.
public final class PageWriter: PageSink {
    private let packs: PackWriter
    private var claims: ClaimCheck

    init(_ session: VaultSession) throws {
        packs = try PackWriter(session, kind: .page)
        claims = ClaimCheck(session)
    }

    /// Keeps `page`, where the vault lacks it, and names it.
    public func store(_ page: UnsafeRawBufferPointer) throws -> ContentID {
        let id = packs.envelope.identify(page, kind: .page)
        if claims.claim(id) { try packs.write(page, id: id) }
        return id
    }

    /// Whether the vault has the page, or it was claimed in this session.
    public func holds(_ id: ContentID) -> Bool { claims.isKnown(id) }

    /// Puts the last pack into the vault.
    ///
    /// The writer can be used again afterwards.
    public func finish() throws { try packs.finish() }

    /// Sends the last pack on its way; ``VaultSession/commit(_:dataset:expecting:)`` waits for it.
    ///
    /// The writer can be used again afterwards.
    public func depart() throws { try packs.depart() }
}
