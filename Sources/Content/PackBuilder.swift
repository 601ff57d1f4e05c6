public import Hashing
public import Model

/// Makes a pack from records as they come; keeps its directory and its name, not its bytes.
///
/// Pure: the caller writes the bytes of ``head()``, of the records and of ``finish()``, in this order, wherever they go.
/// Memory is 64 bytes a record.
public struct PackBuilder {
    /// What was appended, in order.
    public private(set) var entries: [PackEntry] = []
    /// The bytes so far, the head included.
    public private(set) var size: UInt64 = 0
    private var name = Blake3Hasher()

    /// A pack with nothing in it.
    public init() {}

    /// Whether the directory has no room for a further record.
    public var isFull: Bool { entries.count >= PackFormat.entryCountMax }

    /// The 16 bytes that a pack begins with; to be asked for once, before anything is appended.
    public mutating func head() -> [UInt8] {
        precondition(size == 0, "a pack has one head, and it comes first")
        PackFormat.head.withUnsafeBytes { count($0) }
        return PackFormat.head
    }

    /// Takes note of `records`: one, or several back to back, which are hashed faster together.
    ///
    /// - Throws: `damaged` where they are no whole records, `limit` where the pack is full; nothing was appended then.
    public mutating func append(_ records: UnsafeRawBufferPointer) throws(PerigeeError) {
        precondition(size > 0, "a pack begins with its head")
        let before = entries.count
        do throws(PerigeeError) {
            var offset = 0
            while offset < records.count {
                let rest = records.slice(offset, records.count - offset)
                let header = try RecordHeader.decode(rest)
                guard header.recordLength <= rest.count else {
                    throw PerigeeError(.damaged, "record \(header.id) is cut short", remedy: "run the command again")
                }
                guard !isFull else {
                    throw PerigeeError(
                        .limit, "a pack has at most \(PackFormat.entryCountMax) records", remedy: "begin another pack")
                }
                entries.append(PackEntry(header, at: size + UInt64(offset)))
                offset += header.recordLength
            }
        } catch {
            entries.removeLast(entries.count - before)
            throw error
        }
        count(records)
    }

    /// The directory and the footer, which end the pack, and the pack's name.
    public consuming func finish() -> (tail: [UInt8], name: Digest) {
        let tail = PackFormat.tail(of: entries, size: size)
        tail.withUnsafeBytes { count($0) }
        return (tail, name.finalize())
    }

    private mutating func count(_ bytes: UnsafeRawBufferPointer) {
        name.update(bytes)
        size += UInt64(bytes.count)
    }
}
