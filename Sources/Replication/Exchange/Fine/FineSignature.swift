internal import Hashing

/// The pieces of some bytes that a destination has, and the short names by which a source finds them in its own.
struct FineSignature {
    /// The length of a piece's name in bytes.
    ///
    /// Within about one of 10^5 stretches two pieces have the same name by chance. Then the chunk's ID tells, and the file
    /// is asked for once more.
    static let nameCount = 5

    /// Where each piece lies in the older file's data.
    private(set) var pieces: [(offset: UInt64, length: UInt32)] = []
    /// Their names, back to back.
    private(set) var names: [UInt8] = []

    /// Adds the pieces of `bytes`, which lie at `offset`.
    mutating func add(_ bytes: UnsafeRawBufferPointer, at offset: UInt64, _ key: HashKey) {
        let (found, digests) = Self.pieces(bytes, key)
        var next = offset
        for (piece, digest) in zip(found, digests) {
            pieces.append((next, UInt32(piece.count)))
            next += UInt64(piece.count)
            digest.withUnsafeBytes { names.append(contentsOf: $0.prefix(Self.nameCount)) }
        }
    }

    /// The pieces of `bytes`, and their digests.
    static func pieces(_ bytes: UnsafeRawBufferPointer, _ key: HashKey) -> ([UnsafeRawBufferPointer], [Digest]) {
        var found: [UnsafeRawBufferPointer] = []
        found.reserveCapacity(bytes.count / 800 + 1)
        FineCutter.forEachPiece(bytes) { found.append($0) }
        var digests = [Digest](repeating: .zero, count: found.count)
        found.withUnsafeBufferPointer { found in
            digests.withUnsafeMutableBufferPointer { Blake3.hashMany(found, key: key, into: $0) }
        }
        return (found, digests)
    }

    /// The name that begins `bytes`, as a number.
    static func name(_ bytes: some Collection<UInt8>) -> UInt64 {
        bytes.prefix(nameCount).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
