public import Files

/// A read that was begun.
///
/// For one thread. Dropped without being finished, it ends by itself.
public protocol BlobReading: AnyObject {
    /// Waits for the end.
    ///
    /// - Returns: how many bytes came, and how long the blob is where the store says so. Of several parts, those behind one
    ///   that ended too soon may not have been read.
    func finish() throws -> (count: Int, size: UInt64?)
}

/// A part of a blob, and where its bytes are to be put.
public struct BlobPart: Sendable {
    /// The blob.
    public let key: BlobKey
    /// Where the part begins.
    public let offset: UInt64
    /// As many bytes as this holds.
    public let buffer: IOBuffer

    /// Where it ends.
    public var end: UInt64 { offset + UInt64(buffer.bytes.count) }

    /// A part.
    public init(_ key: BlobKey, at offset: UInt64, into buffer: IOBuffer) {
        (self.key, self.offset, self.buffer) = (key, offset, buffer)
    }
}

extension BlobStore {
    /// Reads one after the other when somebody waits.
    public func startReads(_ parts: [BlobPart]) throws -> any BlobReading { readsWhenWaited(parts) }

    /// Reads that begin when somebody waits for them.
    public func readsWhenWaited(_ parts: [BlobPart]) -> any BlobReading {
        LazyReading {
            var sum = 0
            for part in parts {
                let count = try self.read(part.key, at: part.offset, into: part.buffer.bytes)
                sum += count
                if count < part.buffer.bytes.count { break }
            }
            return sum
        }
    }

    /// Reads when somebody waits.
    public func startRead(_ key: BlobKey, at offset: UInt64, into buffer: IOBuffer) throws -> any BlobReading {
        LazyReading { try self.read(key, at: offset, into: buffer.bytes) }
    }
}

/// A read that begins when somebody waits for it.
private final class LazyReading: BlobReading {
    private let read: () throws -> Int

    init(_ read: @escaping () throws -> Int) { self.read = read }

    func finish() throws -> (count: Int, size: UInt64?) { (try read(), nil) }
}
