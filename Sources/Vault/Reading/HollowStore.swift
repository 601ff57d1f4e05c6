internal import Files
internal import Model
internal import Storage
internal import Synchronization

/// A store whose packs are as long as an index says, and hold nothing but zeros: for counting what would be asked of the
/// real one.
final class HollowStore: BlobStore {
    let name = "nothing"
    private let index: VaultIndex
    private let given = Atomic<UInt64>(0)

    /// How many zeros were asked for so far, whether anybody has waited for them or not.
    var bytes: UInt64 { given.load(ordering: .relaxed) }

    /// The packs that `index` lists.
    init(_ index: VaultIndex) { self.index = index }

    func read(_ key: BlobKey, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let size = try size(of: key)
        let count = Int(min(UInt64(buffer.count), size - min(size, offset)))
        UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]).initializeMemory(as: UInt8.self, repeating: 0)
        given.add(UInt64(count), ordering: .relaxed)
        return count
    }

    func startRead(_ key: BlobKey, at offset: UInt64, into buffer: IOBuffer) throws -> any BlobReading {
        HollowReading(try read(key, at: offset, into: buffer.bytes), size: try size(of: key))
    }

    func info(_ key: BlobKey) throws -> BlobInfo? { throw Self.refusal(key.text) }

    func list(_ prefix: String, after cursor: BlobKey?, limit: Int) throws -> [BlobInfo] { throw Self.refusal(prefix) }

    @discardableResult
    func put(_ key: BlobKey, _ parts: [UnsafeRawBufferPointer], if condition: PutCondition) throws -> BlobVersion {
        throw Self.refusal(key.text)
    }

    func delete(_ key: BlobKey) throws { throw Self.refusal(key.text) }

    private func size(of key: BlobKey) throws -> UInt64 {
        guard let pack = VaultLayout.digest(of: key, folder: "packs"), let size = index.view.size(ofPack: pack) else {
            throw PerigeeError(.notFound, "no segment of the index lists it", at: key.text)
        }
        return size
    }

    private static func refusal(_ place: String) -> PerigeeError {
        PerigeeError(.unsupported, "only packs are read for their number", at: place)
    }
}

/// A read that has come already.
private final class HollowReading: BlobReading {
    private let found: (count: Int, size: UInt64?)

    init(_ count: Int, size: UInt64) { found = (count, size) }

    func finish() throws -> (count: Int, size: UInt64?) { found }
}
