internal import Files
internal import Hashing
internal import Model
internal import Workers

/// Which chunks some files of a destination hold, and where: for a first run into a tree that has the content already, under
/// other names.
///
/// On disk, but for eight bytes for each 128 chunks. Whatever is read by it is hashed again before it is believed.
final class ElsewhereIndex: Sendable {
    /// A chunk in a file of the destination.
    struct Place: Sendable {
        let path: TreePath
        /// Where it begins in the file's data.
        let offset: UInt64
        let length: UInt32
    }

    /// Digest, where the path stands, offset in the file, length.
    private static let recordLength = 32 + 8 + 8 + 4
    private static let block = 128

    private let records: TemporaryFile
    private let paths: TemporaryFile
    private let count: UInt64
    /// The beginning of the first digest of each block.
    private let fence: [UInt64]
    private let sizes: Set<UInt64>

    fileprivate init(
        _ records: TemporaryFile, _ paths: TemporaryFile, _ count: UInt64, _ fence: [UInt64], _ sizes: Set<UInt64>
    ) {
        self.records = records
        self.paths = paths
        self.count = count
        self.fence = fence
        self.sizes = sizes
    }

    /// Whether one of the files is short and just so long; others are found by their chunks.
    private func hasShortFile(of size: UInt64) -> Bool { sizes.contains(size) }

    /// Has `fetch` ask for what may be found by this.
    func help(with fetch: inout FetchAction) {
        let size = fetch.scanned.attributes.size
        let isThere = fetch.existing?.attributes.kind == .file && fetch.existing?.attributes.size == size
        if size > ExchangeLimits.wholeFile {
            fetch.looksElsewhere = true
        } else if !isThere, size > 0, hasShortFile(of: size) {
            fetch.isTold = true
        }
    }

    /// Where a chunk of this name and length lies; nil where none does.
    func place(_ name: Digest, length: UInt32) throws -> Place? {
        var (low, high) = (0, fence.count)
        while low < high {
            let middle = (low + high) / 2
            if fence[middle] < name.prefix { low = middle + 1 } else { high = middle }
        }
        // Equal beginnings may have begun in the block before.
        for block in max(0, low - 1)..<min(fence.count, low + 1) {
            if let found = try place(name, length, inBlock: block) { return found }
        }
        return nil
    }

    private func place(_ name: Digest, _ length: UInt32, inBlock block: Int) throws -> Place? {
        let first = UInt64(block * Self.block)
        let size = Int(min(UInt64(Self.block), count - first)) * Self.recordLength
        return try withUnsafeTemporaryAllocation(byteCount: size, alignment: 8) { buffer in
            guard try records.read(into: buffer, at: first * UInt64(Self.recordLength)) == size else { return nil }
            for start in stride(from: 0, to: size, by: Self.recordLength) {
                let record = UnsafeRawBufferPointer(rebasing: buffer[start..<(start + Self.recordLength)])
                guard record.loadUnaligned(fromByteOffset: 48, as: UInt32.self) == length,
                    Digest(UnsafeRawBufferPointer(rebasing: record[..<32])) == name
                else { continue }
                let path = try path(at: record.loadUnaligned(fromByteOffset: 32, as: UInt64.self))
                return Place(
                    path: path, offset: record.loadUnaligned(fromByteOffset: 40, as: UInt64.self), length: length)
            }
            return nil
        }
    }

    private func path(at position: UInt64) throws -> TreePath {
        var length: UInt32 = 0
        try withUnsafeMutableBytes(of: &length) { _ = try paths.read(into: $0, at: position) }
        guard length <= PathBytes.most else { throw PerigeeError(.damaged, "a temporary list is damaged") }
        var bytes = [UInt8](repeating: 0, count: Int(length))
        try bytes.withUnsafeMutableBytes { _ = try paths.read(into: $0, at: position + 4) }
        return TreePath(trusted: bytes)
    }

    private enum PathBytes {
        static let most: UInt32 = 1 << 20
    }

    /// Gathers chunks, from several threads.
    final class Builder: Sendable {
        private struct State {
            var pathsEnd: UInt64 = 0
            var sizes: Set<UInt64> = []
        }

        private static let memory = 16 << 20

        private let sorter = SharedSorter(memory: Builder.memory)
        private let paths: TemporaryFile
        private let state = Monitor(State())

        init() throws { paths = try TemporaryFile.unnamed(in: nil) }

        /// Adds the chunks of the file at `path`, of `size` bytes: where each begins, its length and name.
        func add(_ path: TreePath, size: UInt64, _ chunks: [(offset: UInt64, length: Int, name: Digest)]) throws {
            let position = try state.change { state -> UInt64 in
                if size <= ExchangeLimits.wholeFile { state.sizes.insert(size) }
                var bytes: [UInt8] = []
                withUnsafeBytes(of: UInt32(path.bytes.count)) { bytes.append(contentsOf: $0) }
                bytes.append(contentsOf: path.bytes)
                try bytes.withUnsafeBytes { try paths.write($0, at: state.pathsEnd) }
                defer { state.pathsEnd += UInt64(bytes.count) }
                return state.pathsEnd
            }
            var records: [UInt8] = []
            records.reserveCapacity(chunks.count * ElsewhereIndex.recordLength)
            for chunk in chunks {
                chunk.name.withUnsafeBytes { records.append(contentsOf: $0) }
                withUnsafeBytes(of: position) { records.append(contentsOf: $0) }
                withUnsafeBytes(of: chunk.offset) { records.append(contentsOf: $0) }
                withUnsafeBytes(of: UInt32(chunk.length)) { records.append(contentsOf: $0) }
            }
            try sorter.add(records, recordLength: ElsewhereIndex.recordLength)
        }

        /// The index of all that was added.
        func finish() throws -> ElsewhereIndex {
            let file = try TemporaryFile.unnamed(in: nil)
            var (buffer, written, count, fence) = ([UInt8](), UInt64(0), UInt64(0), [UInt64]())
            func flush() throws {
                try buffer.withUnsafeBytes { try file.write($0, at: written) }
                written += UInt64(buffer.count)
                buffer.removeAll(keepingCapacity: true)
            }
            let sorted = try sorter.sorted()
            while let prefix = try sorted.next({ record -> UInt64 in
                buffer.append(contentsOf: record)
                return UInt64(bigEndian: record.loadUnaligned(as: UInt64.self))
            }) {
                if count % UInt64(ElsewhereIndex.block) == 0 { fence.append(prefix) }
                count += 1
                if buffer.count >= 256 << 10 { try flush() }
            }
            try flush()
            return ElsewhereIndex(file, paths, count, fence, state.read { $0.sizes })
        }
    }
}
