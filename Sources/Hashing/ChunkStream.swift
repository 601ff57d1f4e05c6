/// Cuts a stream that arrives in pieces of any size, exactly as ``Chunker`` cuts it whole.
///
/// Chunks are handed out as soon as they are certain and at least `maximum` bytes have come. Those that lie within one piece are not copied;
/// of the others up to twice the maximum is held, allocated once.
///
/// ```swift
/// var stream = ChunkStream(Chunker(.standard))
/// while let piece = try source.next() { try stream.update(piece) { try store($0) } }
/// try stream.finish { try store($0) }
/// ```
public struct ChunkStream: ~Copyable {
    private let chunker: Chunker
    private let maximum: Int
    // The bytes since the last cut, fewer than `maximum` between calls.
    private let buffer: UnsafeMutableRawBufferPointer
    private var held = 0

    /// An empty stream.
    public init(_ chunker: Chunker) {
        self.chunker = chunker
        maximum = chunker.parameters.maximum
        buffer = .allocate(byteCount: 2 * maximum, alignment: 64)
    }

    deinit { buffer.deallocate() }

    /// Takes the next `bytes` and calls `emit` with each chunk, in order; its bytes are valid during the call.
    ///
    /// After an error of `emit` the stream can only be thrown away.
    public mutating func update(
        _ bytes: UnsafeRawBufferPointer, emit: (UnsafeRawBufferPointer) throws -> Void
    ) rethrows {
        guard held + bytes.count >= maximum else {
            hold(bytes)
            return
        }
        let next = held == 0 ? 0 : try emitHeld(before: bytes, emit)
        guard next < bytes.count else { return }
        let rest = UnsafeRawBufferPointer(rebasing: bytes[next...])
        let consumed = rest.count < maximum ? 0 : try cut(rest, until: rest.count, isLast: false, emit)
        hold(UnsafeRawBufferPointer(rebasing: rest[consumed...]))
    }

    /// Says that nothing follows: calls `emit` with the chunks that are left, and leaves the stream empty.
    public mutating func finish(emit: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        let rest = UnsafeRawBufferPointer(rebasing: buffer[..<held])
        held = 0
        _ = try cut(rest, until: rest.count, isLast: true, emit)
    }

    /// Emits the chunks that begin in the held bytes, completed by the first of `bytes`.
    ///
    /// - Returns: how many of `bytes` belong to them, or are held now.
    private mutating func emitHeld(
        before bytes: UnsafeRawBufferPointer, _ emit: (UnsafeRawBufferPointer) throws -> Void
    ) rethrows -> Int {
        let old = held
        hold(UnsafeRawBufferPointer(rebasing: bytes[..<min(bytes.count, buffer.count - held)]))
        let known = UnsafeRawBufferPointer(rebasing: buffer[..<held])
        let consumed = try cut(known, until: old, isLast: false, emit)
        if consumed >= old {
            held = 0
            return consumed - old
        }
        // With `maximum` bytes from there on the chunk were certain, so that all of `bytes` is here.
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: known[consumed...]))
        held -= consumed
        return bytes.count
    }

    /// Emits the chunks that are certain and begin before `end`; returns where the last of them ends.
    private func cut(
        _ bytes: UnsafeRawBufferPointer, until end: Int, isLast: Bool, _ emit: (UnsafeRawBufferPointer) throws -> Void
    ) rethrows -> Int {
        var start = 0
        while start < end {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
            guard let length = chunker.first(rest, isLast: isLast) else { break }
            try emit(UnsafeRawBufferPointer(rebasing: rest[..<length]))
            start += length
        }
        return start
    }

    private mutating func hold(_ bytes: UnsafeRawBufferPointer) {
        UnsafeMutableRawBufferPointer(rebasing: buffer[held...]).copyMemory(from: bytes)
        held += bytes.count
    }
}
