internal import Model
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Blobs in memory: for tests, and the model that the conformance suite was written against.
///
/// Nothing outlives the process; "durable" means here as long as the store itself.
public final class MemoryStore: BlobStore {
    private struct Blob {
        var bytes: [UInt8]
        var version: UInt64
        var modified: Timestamp
    }

    private struct State {
        var blobs: [BlobKey: Blob] = [:]
        // Sorted whenever a listing asks for it; dropped when a key comes or goes.
        var order: [BlobKey]?
        var versions: UInt64 = 0
    }

    private let state = Mutex(State())
    /// What messages call it.
    public let name: String

    /// An empty store.
    public init(name: String = "memory") { self.name = name }

    /// Stores a copy of `parts`.
    @discardableResult
    public func put(
        _ key: BlobKey, _ parts: [UnsafeRawBufferPointer], if condition: PutCondition
    ) throws -> BlobVersion {
        var bytes = [UInt8]()
        bytes.reserveCapacity(parts.reduce(0) { $0 + $1.count })
        for part in parts { bytes.append(contentsOf: part) }
        return try state.withLock { state in
            guard holds(condition, state.blobs[key]) else { throw conflict(key, condition) }
            state.versions += 1
            let blob = Blob(bytes: bytes, version: state.versions, modified: now())
            if state.blobs.updateValue(blob, forKey: key) == nil { state.order = nil }
            return token(blob)
        }
    }

    /// Copies from the blob as it was when the call began.
    public func read(_ key: BlobKey, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        // The array is shared, not copied, so that other threads do not wait for this one's copying.
        guard let blob = state.withLock({ $0.blobs[key] }) else { throw missing(key) }
        guard let start = Int(exactly: offset), start < blob.bytes.count else { return 0 }
        let count = min(buffer.count, blob.bytes.count - start)
        guard count > 0 else { return 0 }
        blob.bytes.withUnsafeBytes {
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[start..<start + count]))
        }
        return count
    }

    /// Size, version and the time of the put.
    public func info(_ key: BlobKey) throws -> BlobInfo? {
        state.withLock { $0.blobs[key] }.map { describe(key, $0) }
    }

    /// Lists from one sorted copy of the keys, made anew after keys came or went.
    public func list(_ prefix: String, after cursor: BlobKey?, limit: Int) throws -> [BlobInfo] {
        state.withLock { state in
            let order = state.order ?? state.blobs.keys.sorted()
            state.order = order
            let start = cursor.map { order.firstIndex(after: $0) } ?? 0
            return order[start...].lazy.filter { $0.text.utf8.starts(with: prefix.utf8) }.prefix(max(0, limit))
                .compactMap { key in state.blobs[key].map { describe(key, $0) } }
        }
    }

    /// Forgets the blob.
    public func delete(_ key: BlobKey) throws {
        state.withLock { state in
            if state.blobs.removeValue(forKey: key) != nil { state.order = nil }
        }
    }

    private func holds(_ condition: PutCondition, _ blob: Blob?) -> Bool {
        switch condition {
        case .always: true
        case .absent: blob == nil
        case .matches(let version): blob.map(token) == version
        }
    }

    private func token(_ blob: Blob) -> BlobVersion { BlobVersion("\(blob.version)") }

    private func describe(_ key: BlobKey, _ blob: Blob) -> BlobInfo {
        BlobInfo(key: key, size: ByteCount(blob.bytes.count), version: token(blob), modified: blob.modified)
    }
}

extension [BlobKey] {
    /// The index of the first key after `cursor`; the keys are sorted.
    fileprivate func firstIndex(after cursor: BlobKey) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = low + (high - low) / 2
            if cursor < self[middle] { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

/// The time of the system's clock.
private func now() -> Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(seconds: Int64(time.tv_sec), nanoseconds: UInt32(time.tv_nsec))
}
