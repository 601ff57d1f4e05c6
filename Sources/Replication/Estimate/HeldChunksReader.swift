internal import Files
internal import Hashing
internal import Model

/// Reads the chunks that a tree was last known to hold, run by run in path order.
///
/// Only a memory: where it is missing or damaged, files are read again.
struct HeldChunksReader {
    private let file: MappedFile
    private var offset: Int
    private var last: TreePath?
    /// The run at which this stands; nil before the first ``advance()``, at the end, and where the rest is damaged.
    private(set) var current: HeldChunksRun?

    /// The memory at `path`; nil where there is none that can be read.
    init?(path: String) {
        guard let file = try? MappedFile(path: path, access: .sequential) else { return nil }
        guard file.bytes.starts(with: HeldChunksWriter.head) else { return nil }
        self.file = file
        offset = HeldChunksWriter.head.count
    }

    /// Goes to the next run.
    mutating func advance() {
        current = read()
        // What is out of order is damaged, and so is all behind it.
        if let run = current, let last, run.path < last { current = nil }
        guard let run = current else { return offset = file.bytes.count }
        last = run.path
    }

    private mutating func read() -> HeldChunksRun? {
        let bytes = file.bytes
        guard bytes.count - offset >= HeldChunksWriter.blockHead else { return nil }
        let length = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
        let start = offset + HeldChunksWriter.blockHead
        guard length <= bytes.count - start else { return nil }
        let block = UnsafeRawBufferPointer(rebasing: bytes[start..<(start + length)])
        let digest = Blake3.hash(block)
        let checksum = bytes[(offset + 4)..<start]
        guard digest.withUnsafeBytes({ $0.prefix(8).elementsEqual(checksum) }) else { return nil }
        offset = start + length
        return HeldChunksRun(decoding: block)
    }
}
