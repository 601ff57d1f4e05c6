internal import Content
internal import Files
internal import Hashing
internal import Model
internal import Storage

/// Seals records into packs, one after the other, and hands each finished pack to its session.
///
/// For one thread.
final class PackWriter {
    /// A pack that has so many bytes of records is finished.
    static let packBytes: UInt64 = 32 << 20
    /// A pack that has so many records is finished: bounds the memory of those who read its directory.
    static let packRecordsMax = 65_536
    /// So many finished packs of a writer are on their way into the store, while the next one is made.
    private static let departedMax = 2

    let envelope: Envelope
    // Where the vault is far away and it was left open how hard to compress.
    private let pace: PackPace?
    private let session: VaultSession
    private let kind: RecordKind
    private var batch: IOBuffer
    private var filled = 0
    private var pack: (builder: PackBuilder, staging: any BlobStaging, copy: BlobCopy?)?
    private var departed: [DepartedPack] = []
    private var recordCount = 0
    private var recordBytes: UInt64 = 0
    private var unreported = WriteStatistics()

    init(_ session: VaultSession, kind: RecordKind) throws {
        self.session = session
        self.kind = kind
        envelope = try Envelope(
            session.ring, kind == .page ? session.pageCompression : session.compression,
            cipher: session.vault.descriptor.cipher, nonces: session.vault.environment.nonces())
        let isPaced = kind == .chunk && session.compression == .auto && session.vault.folder == nil
        pace = isPaced ? PackPace(memory: .shared, clock: session.vault.environment.clock) : nil
        batch = IOBuffer(count: PackPace.batchBytes + Envelope.bound(256 << 10))
    }

    /// Compresses and seals `plain`, whose ID is `id`, into the pack in the making.
    func write(_ plain: UnsafeRawBufferPointer, id: ContentID) throws {
        let free = try room(Envelope.bound(plain.count))
        guard let pace else { return try note(envelope.close(plain, id: id, kind: kind, into: free)) }
        try note(pace.compressing { try envelope.close(plain, id: id, kind: kind, into: free) })
    }

    /// Runs `body`, in which the store may have this thread wait.
    private func waiting<Result>(_ body: () throws -> Result) rethrows -> Result {
        guard let pace else { return try body() }
        return try pace.waiting(body)
    }

    /// Compresses as hard as the pace says, where `isOther` says that this is another step now.
    private func follow(_ isOther: Bool?) throws {
        if isOther == true, let pace { try envelope.compress(by: pace.step) }
    }

    /// Adds a record that is sealed already, which `make` writes to the start of the `bound` bytes that it is given.
    ///
    /// `make` is told whether the record is the pack's first. That one is to be sealed anew, so that no two packs have
    /// the same bytes, and none the name of one that was deleted.
    func add(bound: Int, _ make: (_ isFirst: Bool, UnsafeMutableRawBufferPointer) throws -> RecordHeader) throws {
        let free = try room(bound)
        try note(make(recordCount == 0, free))
    }

    /// Room for a record at the end of the batch.
    private func room(_ bound: Int) throws -> UnsafeMutableRawBufferPointer {
        if filled + bound > batch.bytes.count {
            try passOn()
            if bound > batch.bytes.count { batch = IOBuffer(count: bound) }
        }
        return UnsafeMutableRawBufferPointer(rebasing: batch.bytes[filled...])
    }

    /// Counts the record that was put into the room.
    private func note(_ header: RecordHeader) throws {
        if recordCount == 0 { session.packBegins() }
        filled += header.recordLength
        recordCount += 1
        recordBytes += UInt64(header.recordLength)
        tally(plain: Int(header.plainLength), stored: header.recordLength)
        session.paid()
        if filled >= PackPace.batchBytes { try passOn() }
        if recordBytes >= Self.packBytes || recordCount >= Self.packRecordsMax { try sendPack() }
    }

    private func tally(plain: Int, stored: Int) {
        switch kind {
        case .chunk:
            unreported.addedChunks += 1
            unreported.addedBytes += UInt64(plain)
            unreported.storedBytes += UInt64(stored)
        case .page:
            unreported.addedPages += 1
            unreported.pageBytes += UInt64(stored)
        }
    }

    /// Passes the batch on to the staged pack, and what was counted to the session.
    private func passOn() throws {
        guard filled > 0 else { return }
        let bytes = UnsafeRawBufferPointer(rebasing: batch.bytes[..<filled])
        if pack == nil { try beginPack() }
        try pack?.builder.append(bytes)
        try waiting { try pack?.staging.append(bytes) }
        pack?.copy?.append(bytes)
        try follow(pace?.batchHasLeft())
        filled = 0
        session.report(unreported)
        unreported = WriteStatistics()
    }

    private func beginPack() throws {
        var builder = PackBuilder()
        let staging = try session.store.stage()
        let copy = BlobCopy(in: kind == .page ? session.vault.copies?.folder : nil, .pages)
        try builder.head().withUnsafeBytes { bytes in
            try staging.append(bytes)
            copy?.append(bytes)
        }
        pack = (builder, staging, copy)
    }

    /// Puts all that was written into the vault, and waits for that.
    func finish() throws {
        try sendPack()
        while !departed.isEmpty { try departed.removeFirst().arrive(session, kind) }
    }

    /// Sends all that was written on its way into the vault; the session waits for it.
    func depart() throws {
        try sendPack()
        session.expect(departed, kind)
        departed = []
    }

    /// Sends the pack in the making on its way; waits for an earlier one where several are.
    private func sendPack() throws {
        try passOn()
        guard let (builder, staging, copy) = pack else { return }
        pack = nil
        let entries = builder.entries
        let recordsSize = builder.size
        let (tail, name) = builder.finish()
        try tail.withUnsafeBytes { bytes in
            try staging.append(bytes)
            copy?.append(bytes)
        }
        (recordCount, recordBytes) = (0, 0)
        let commit = try waiting {
            try DepartedPack.begin { try staging.startCommit(as: VaultLayout.pack(name), if: .absent) }
        }
        departed.append(
            DepartedPack(
                name, size: recordsSize + UInt64(tail.count), entries: entries, commit: commit, copy: copy))
        try waiting {
            while departed.count > Self.departedMax { try departed.removeFirst().arrive(session, kind) }
        }
        try follow(pace?.packHasLeft())
    }
}
