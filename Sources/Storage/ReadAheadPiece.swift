internal import Files
internal import Model
internal import Synchronization

/// A stretch of a blob that was asked for, and is here or on its way.
final class ReadAheadPiece: Sendable {
    private enum State {
        /// On its way; whoever takes the reading waits for it.
        case departed(Reading)
        /// Somebody waits for it.
        case awaited
        /// Here, so many bytes of it.
        case ready(Int)
        /// It will not come.
        case failed(any Error)
    }

    /// Sendable by hand: one thread takes it out of the state, and has it alone then.
    private struct Reading: @unchecked Sendable { let reading: any BlobReading }

    /// Where it begins.
    let offset: UInt64
    private let buffer: IOBuffer
    private let state: Mutex<State>
    private let sizes = Mutex<UInt64?>(nil)
    private let taken = Mutex<Reading?>(nil)

    /// How many bytes were asked for.
    var count: Int { buffer.bytes.count }

    /// Where it ends, if the blob does not end before.
    var end: UInt64 { offset + UInt64(count) }

    /// Whether it has the byte at `place`, if the blob does not end before.
    func has(_ place: UInt64) -> Bool { offset <= place && place < end }

    /// How long the blob is, once that is known.
    var blobSize: UInt64? { sizes.withLock { $0 } }

    /// Begins to read.
    init(_ store: any BlobStore, _ key: BlobKey, at offset: UInt64, count: Int) throws {
        self.offset = offset
        buffer = IOBuffer(count: count)
        state = Mutex(.departed(Reading(reading: try store.startRead(key, at: offset, into: buffer))))
    }

    /// Whether the caller is the one who has to call ``finish()``.
    func isMine() -> Bool {
        state.withLock { state in
            guard case .departed(let reading) = state else { return false }
            taken.withLock { $0 = reading }
            state = .awaited
            return true
        }
    }

    /// Waits for it, for all who want it.
    func finish() {
        let reading = taken.withLock { taken in
            defer { taken = nil }
            return taken
        }
        guard let reading else { return }
        do {
            let (count, size) = try reading.reading.finish()
            sizes.withLock { $0 = size ?? (count < self.count ? offset + UInt64(count) : nil) }
            state.withLock { $0 = .ready(count) }
        } catch {
            state.withLock { $0 = .failed(error) }
        }
    }

    /// Whether it is here, or will not come.
    var isReady: Bool {
        state.withLock { state in
            switch state {
            case .ready, .failed: true
            case .departed, .awaited: false
            }
        }
    }

    /// Copies what it has from `start` on, as much as fits.
    ///
    /// - Throws: what kept it from coming.
    func copy(from start: UInt64, into target: UnsafeMutableRawBufferPointer) throws -> Int {
        let filled = try state.withLock { state in
            switch state {
            case .ready(let count): return count
            case .failed(let error): throw error
            case .departed, .awaited: return 0
            }
        }
        let from = Int(start - offset)
        guard from < filled else { return 0 }
        let part = buffer.bytes[from..<filled].prefix(target.count)
        target.copyMemory(from: UnsafeRawBufferPointer(rebasing: part))
        return part.count
    }
}
