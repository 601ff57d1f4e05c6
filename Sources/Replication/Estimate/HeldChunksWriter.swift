internal import Files
internal import Hashing
internal import Model

/// Takes the chunks that a tree holds from several threads in any order, and writes them in path order at the end.
///
/// Layout, numbers little-endian: the magic `PERICHNK`, a version (32 bits); then blocks: payload length (32 bits), the
/// first eight bytes of the payload's BLAKE3, the payload, which is one ``HeldChunksRun``.
final class HeldChunksWriter: Sendable {
    static let head: [UInt8] = Array("PERICHNK".utf8) + [2, 0, 0, 0]
    /// The bytes of a block before its payload.
    static let blockHead = 12
    private static let memory = 16 << 20
    private static let bufferSize = 256 << 10

    private let sorter = SharedSorter(memory: HeldChunksWriter.memory)

    /// Adds `run`.
    func add(_ run: HeldChunksRun) throws {
        // Sorts as the path does, with `/` as zero, and two zeros at the end, which no path has inside; then by sequence.
        var bytes = run.path.bytes.map { $0 == UInt8(ascii: "/") ? 0 : $0 }
        bytes.append(0)
        bytes.append(0)
        withUnsafeBytes(of: run.sequence.bigEndian) { bytes.append(contentsOf: $0) }
        run.encode(into: &bytes)
        try sorter.add(bytes)
    }

    /// Puts all runs in the place of what is at `path`.
    func write(to path: String) throws {
        let file = try StateFile(replacing: path)
        var buffer = Self.head
        let sorted = try sorter.sorted()
        while try sorted.next({ Self.appendBlock(Self.payload($0), to: &buffer) }) != nil {
            guard buffer.count >= Self.bufferSize else { continue }
            try file.write(buffer)
            buffer.removeAll(keepingCapacity: true)
        }
        try file.write(buffer)
        try file.finish()
    }

    private static func appendBlock(_ payload: UnsafeRawBufferPointer, to buffer: inout [UInt8]) {
        withUnsafeBytes(of: UInt32(payload.count).littleEndian) { buffer.append(contentsOf: $0) }
        Blake3.hash(payload).withUnsafeBytes { buffer.append(contentsOf: $0.prefix(8)) }
        buffer.append(contentsOf: payload)
    }

    /// A sorted record without the key that it was sorted by.
    private static func payload(_ record: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var end = 0
        while end + 1 < record.count, record[end] != 0 || record[end + 1] != 0 { end += 1 }
        return UnsafeRawBufferPointer(rebasing: record[min(end + 6, record.count)...])
    }
}
