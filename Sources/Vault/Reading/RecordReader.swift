internal import Content
internal import Files
internal import Hashing
internal import Model
internal import Storage

/// Finds, reads and opens records.
///
/// For one thread.
final class RecordReader {
    private let index: VaultIndex
    private let packs: PackFiles
    private let envelope: Envelope
    private var buffer = IOBuffer(count: 256 << 10)
    /// How often the index was looked at anew since something was found.
    private var looks = 0
    private let isRehearsal: Bool

    /// A reader of `vault`, from `copies` what they have; with a store that rehearses, what that gives is not opened.
    init(_ vault: Vault, rehearsedBy store: (any BlobStore)? = nil, copies: PageCopies? = nil) throws {
        index = vault.index
        packs = PackFiles(store ?? vault.store, copies)
        envelope = try Envelope(vault.ring, .stored)
        isRehearsal = store != nil
    }

    /// Where the record of `id` lies; looks again at what others have written where it is not known.
    ///
    /// - Throws: `damaged` where no segment lists it: a segment is damaged or missing, or the vault lacks the record.
    func locate(_ id: ContentID, _ kind: RecordKind) throws -> ChunkLocation {
        if let location = index.view.location(of: id, filtered: false), location.kind == kind { return location }
        if looks < Self.looksMax {
            // One miss is worth a listing, and another one while others change the index; many misses in a row mean that the
            // vault is damaged, not that it is new.
            looks = try index.refresh() ? looks + 1 : Self.looksMax
            return try locate(id, kind)
        }
        if let damage = index.view.damages.first {
            throw PerigeeError(
                .damaged, "the \(kind) \(id.short) is not listed, and an index segment is damaged",
                at: VaultLayout.index(damage.name).text, remedy: index.repairRemedy, cause: damage.error)
        }
        throw PerigeeError(
            .damaged, "no segment of the index lists the \(kind) \(id.short)",
            remedy: index.repairRemedy)
    }

    private static let looksMax = 8
    private static let remedy = "run perigee verify on the vault"
    /// How often one read is tried anew because a gc or compaction has moved its records.
    private static let movesMax = 8

    /// Runs `body`, which locates and reads; again where a pack is gone because its records were moved to another.
    ///
    /// - Throws: `notFound` where a pack is gone and the index knows no other place.
    func following<Result>(_ body: () throws -> Result) throws -> Result {
        var moves = 0
        while true {
            do {
                return try body()
            } catch let error as MissingPack {
                guard moves < Self.movesMax, !index.view.avoided.missing.contains(error.pack) else { throw error.fault }
                moves += 1
                try index.isGone(error.pack)
            }
        }
    }

    /// Whether the pack of `location`, which is not on this machine, has turned out not to be there.
    func isKnownGone(_ location: ChunkLocation) -> Bool {
        index.view.avoided.missing.contains(location.pack) && !isNear(location)
    }

    /// A pack that the index lists is not there.
    private struct MissingPack: Error {
        let pack: Digest

        var fault: PerigeeError {
            PerigeeError(
                .notFound, "a pack that the index lists is not there", at: VaultLayout.pack(pack).text,
                remedy: RecordReader.remedy)
        }
    }

    /// Reads the bytes of the records `first...last`, which lie in this order in one pack; to be called within
    /// ``following(_:)``.
    func read(from first: ChunkLocation, to last: ChunkLocation) throws -> UnsafeRawBufferPointer {
        looks = 0
        // Where each question is a round trip, it is asked once.
        guard !isKnownGone(first) else { throw MissingPack(pack: first.pack) }
        let count = Int(last.offset - first.offset) + last.recordLength
        if count > buffer.bytes.count { buffer = IOBuffer(count: count) }
        let bytes = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<count])
        do {
            try packs.read(first.pack, at: first.offset, into: bytes)
        } catch let error as PerigeeError {
            throw error.code == .notFound ? MissingPack(pack: first.pack) : error
        }
        return UnsafeRawBufferPointer(bytes)
    }

    /// The bytes of the records `first...last`, which lie in this order in one pack, as something to read.
    static func part(from first: ChunkLocation, to last: ChunkLocation) -> BlobPart {
        let count = Int(last.offset - first.offset) + last.recordLength
        return BlobPart(VaultLayout.pack(first.pack), at: first.offset, into: IOBuffer(count: count))
    }

    /// Whether the pack of `location` is a file on this machine.
    func isNear(_ location: ChunkLocation) -> Bool { packs.isNear(location.pack) }

    /// Begins to read `parts`.
    func start(_ parts: [BlobPart]) throws -> any BlobReading {
        looks = 0
        return try packs.start(parts)
    }

    /// Opens `record`, which was read from `location`, into `plain`; returns the plain length.
    func open(
        _ record: UnsafeRawBufferPointer, at location: ChunkLocation, _ id: ContentID,
        into plain: UnsafeMutableRawBufferPointer
    ) throws -> Int {
        if isRehearsal { return Int(location.plainLength) }
        do {
            return try envelope.open(record, expecting: id, kind: location.kind, into: plain)
        } catch var error as PerigeeError {
            error.place = "\(VaultLayout.pack(location.pack)), byte \(location.offset)"
            error.remedy = error.remedy ?? Self.remedy
            throw error
        }
    }
}
