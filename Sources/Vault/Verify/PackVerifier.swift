internal import Content
internal import Files
internal import Hashing
internal import Model
internal import Storage

/// Verifies packs, one after the other, on one thread.
final class PackVerifier {
    /// How much is read at once: little enough to be still in cache when it is hashed and opened.
    private static let sliceBytes = 1 << 20

    private let vault: Vault
    private let view: IndexView
    private let level: VerifyLevel
    private let salt: UInt64
    private let log: DamageLog
    private let isCollected: Bool
    private let gauge: (@Sendable (Int) -> Void)?
    private let envelope: Envelope
    private let window: IOBuffer
    private let plain: IOBuffer

    /// - Parameter isCollected: whether a gc has run: packs may then hold chunks that nobody needs and no segment lists.
    init(
        _ vault: Vault, _ view: IndexView, _ options: VerifyOptions, salt: UInt64, _ log: DamageLog, isCollected: Bool
    ) throws {
        self.vault = vault
        self.view = view
        level = options.level
        gauge = options.gauge
        self.salt = salt
        self.log = log
        self.isCollected = isCollected
        envelope = try Envelope(vault.ring, .stored)
        let recordMax = RecordHeader.byteCount + RecordHeader.plainLengthMax + Cipher.tagCount
        window = IOBuffer(count: Self.sliceBytes + recordMax)
        plain = IOBuffer(count: RecordHeader.plainLengthMax)
    }

    /// Looks at one pack; notes what is wrong with it.
    func verify(_ name: Digest, _ info: BlobInfo) throws {
        do {
            let entries = try directory(info).sorted { $0.offset < $1.offset }
            compare(entries, with: name, info)
            switch level {
            case .structure: break
            case .sample(let share): try openSome(entries, share, info)
            case .data: try openAll(entries, name, info)
            }
        } catch let error as PerigeeError where error.code == .notFound {
            // Removed between listing and reading; the next verification misses it, if it is listed.
            return
        }
        log.count { report, progress in
            report.packs += 1
            progress.packs += 1
        }
    }

    /// The records of a pack: by its directory, or, where that is damaged, by going through them.
    private func directory(_ info: BlobInfo) throws -> [PackEntry] {
        let size = info.size.bytes
        do {
            return try PackDirectory.read(size: size) { try self.vault.store.read(info.key, at: $0, into: $1) }
        } catch let error as PerigeeError where error.code == .damaged || error.code == .format {
            log.note(.pack, at: info.key.text, "the directory is damaged: \(error.message)")
        }
        do {
            return try PackDirectory.scan(size: size) { try self.vault.store.read(info.key, at: $0, into: $1) }.entries
        } catch let error as PerigeeError where error.code == .damaged || error.code == .format {
            return []
        }
    }

    /// Holds the index against the pack's directory, both ways.
    private func compare(_ entries: [PackEntry], with name: Digest, _ info: BlobInfo) {
        var isListed = false
        for segment in view.segments {
            guard let number = segment.packNumber(of: name), let row = segment.pack(number) else { continue }
            isListed = true
            var matches: UInt32 = 0
            for entry in entries {
                guard let listed = segment.find(IndexKey(entry.id))?.entry else { continue }
                guard listed.pack == number, let wanted = IndexEntry(entry, pack: number) else { continue }
                if listed.says(wanted) { matches += 1 }
            }
            if matches != row.entryCount {
                log.note(
                    .index, at: VaultLayout.index(segment.name).text,
                    "\(row.entryCount) entries are listed in \(info.key), of which \(matches) are in its directory")
            }
        }
        let isWhole = isListed && !isCollected
        for entry in entries where isWhole && entry.kind == .chunk && !view.contains(IndexKey(entry.id)) {
            log.note(
                .index, at: "\(VaultLayout.indexPrefix): chunk \(entry.id)", "\(info.key) has it, no segment lists it")
        }
        let unlisted: UInt64 = isListed ? 0 : 1
        let count = UInt64(entries.count)
        log.count { report, _ in
            report.unlistedPacks += unlisted
            report.records += count
        }
    }

    /// Opens a share of the records.
    private func openSome(_ entries: [PackEntry], _ share: Double, _ info: BlobInfo) throws {
        let limit = share >= 1 ? UInt64.max : UInt64(max(0, share) * 0x1p64)
        for entry in entries where (entry.id.digest.prefix ^ salt) &* 0x9e37_79b9_7f4a_7c15 <= limit {
            let record = UnsafeMutableRawBufferPointer(rebasing: window.bytes[..<entry.recordLength])
            let count = try vault.store.read(info.key, at: entry.offset, into: record)
            open(UnsafeRawBufferPointer(rebasing: record[..<count]), entry, info)
            counted(bytes: count)
        }
    }
}

// Every byte.
extension PackVerifier {
    /// Reads the pack from end to end, hashes all of it, and opens each record as it comes by.
    private func openAll(_ entries: [PackEntry], _ name: Digest, _ info: BlobInfo) throws {
        var hasher = Blake3Hasher()
        var start: UInt64 = 0
        var filled = 0
        var next = 0
        while true {
            let free = UnsafeMutableRawBufferPointer(rebasing: window.bytes[filled..<(filled + Self.sliceBytes)])
            let count = try vault.store.read(info.key, at: start + UInt64(filled), into: free)
            hasher.update(UnsafeRawBufferPointer(rebasing: free[..<count]))
            counted(bytes: count)
            filled += count
            openWhole(entries, &next, start: start, filled: filled, info)
            let isLast = count < Self.sliceBytes
            if isLast { break }
            // Keeps the record that the window ends in, if its header can be true; drops what no record claims.
            let end = start + UInt64(filled)
            let keepFrom = next < entries.count ? min(max(entries[next].offset, start), end) : end
            let kept = Int(end - keepFrom)
            window.bytes.copyMemory(
                from: UnsafeRawBufferPointer(rebasing: window.bytes[(filled - kept)..<filled]))
            start = keepFrom
            filled = kept
        }
        for entry in entries[next...] {
            log.noteRecord(entry.id, at: place(entry, info), "the pack ends before the record does")
        }
        if hasher.finalize() != name {
            log.note(.pack, at: info.key.text, "the bytes are not those that the name says")
        }
    }

    /// Opens the records that lie whole in the window.
    private func openWhole(_ entries: [PackEntry], _ next: inout Int, start: UInt64, filled: Int, _ info: BlobInfo) {
        while next < entries.count {
            let entry = entries[next]
            guard entry.offset >= start else {
                log.noteRecord(entry.id, at: place(entry, info), "the record overlaps the one before it")
                next += 1
                continue
            }
            let (end, overflow) = entry.offset.addingReportingOverflow(UInt64(entry.recordLength))
            guard !overflow, end <= start + UInt64(filled) else { return }
            let offset = Int(entry.offset - start)
            open(
                UnsafeRawBufferPointer(rebasing: window.bytes[offset..<(offset + entry.recordLength)]), entry, info)
            next += 1
        }
    }

    private func open(_ record: UnsafeRawBufferPointer, _ entry: PackEntry, _ info: BlobInfo) {
        do {
            let count = try envelope.open(record, expecting: entry.id, kind: entry.kind, into: plain.bytes)
            if count != Int(entry.plainLength) {
                log.noteRecord(entry.id, at: place(entry, info), "the record is not as long as the directory says")
            }
        } catch {
            let message = (error as? PerigeeError)?.message ?? "\(error)"
            log.noteRecord(entry.id, at: place(entry, info), message)
        }
        log.count { report, _ in report.recordsOpened += 1 }
    }

    private func place(_ entry: PackEntry, _ info: BlobInfo) -> String { "\(info.key), byte \(entry.offset)" }

    private func counted(bytes: Int) {
        gauge?(bytes)
        log.count { report, progress in
            report.bytesRead += UInt64(bytes)
            progress.bytesRead += UInt64(bytes)
        }
    }
}
