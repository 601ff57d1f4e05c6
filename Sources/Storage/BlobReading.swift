public import Files

/// A read that was begun.
///
/// For one thread. Dropped without being finished, it ends by itself.
public protocol BlobReading: AnyObject {
    /// Waits for the end.
    ///
    /// - Returns: how many bytes came, and how long the blob is where the store says so.
    func finish() throws -> (count: Int, size: UInt64?)
}

extension BlobStore {
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
