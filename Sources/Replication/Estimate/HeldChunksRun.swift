internal import Hashing
internal import Model

/// Some chunks of a file that a tree holds, as they are remembered.
struct HeldChunksRun {
    /// The file.
    var path: TreePath
    /// What it looked like when it was read.
    var state: FileState
    /// Counts the runs of a file from 0.
    var sequence: UInt32
    /// Whether the file ends with these.
    var isLast: Bool
    /// The chunks' names.
    var ids: [Digest]

    /// The run in bytes: path and state as a record has them, sequence, whether it is the last, the names.
    func encode(into out: inout [UInt8]) {
        RecordEntry(path: path, source: state).encode(into: &out)
        withUnsafeBytes(of: sequence.littleEndian) { out.append(contentsOf: $0) }
        out.append(isLast ? 1 : 0)
        for id in ids { id.withUnsafeBytes { out.append(contentsOf: $0) } }
    }

    /// The run that is all of `bytes`; nil where they are none.
    init?(decoding bytes: UnsafeRawBufferPointer) {
        var offset = 0
        guard let entry = RecordEntry.decode(bytes, at: &offset), let state = entry.source, bytes.count - offset >= 5,
            (bytes.count - offset - 5) % Digest.byteCount == 0
        else { return nil }
        path = entry.path
        self.state = state
        sequence = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        isLast = bytes[offset + 4] == 1
        ids = stride(from: offset + 5, to: bytes.count, by: Digest.byteCount).map { start in
            Digest(UnsafeRawBufferPointer(rebasing: bytes[start..<(start + Digest.byteCount)]))
        }
    }

    /// A run.
    init(path: TreePath, state: FileState, sequence: UInt32, isLast: Bool, ids: [Digest]) {
        self.path = path
        self.state = state
        self.sequence = sequence
        self.isLast = isLast
        self.ids = ids
    }
}
