internal import Files
internal import Hashing
internal import Model

/// The chunks that files of a destination hold, found by reading these files: an older version, a part that a run before
/// has left.
struct HeldIndex {
    /// Where a chunk lies.
    struct Place {
        /// The file, by its place among the bases.
        var base: Int
        /// Where it begins in the file's data.
        var offset: UInt64
        var length: UInt32
    }

    /// The files.
    let bases: [TreeReader]
    private var places: [Digest: Place] = [:]
    /// The chunks of the first file in order.
    private var first: [(offset: UInt64, name: Digest)] = []

    /// Cuts and names all chunks of `bases`; of those that are too long or cannot be read, none.
    init(_ bases: [TreeReader], _ chunker: Chunker, _ key: HashKey, _ stop: () throws -> Void) throws {
        self.bases = bases
        let buffer = IOBuffer(count: max(LargeFile.stretch, 2 * chunker.parameters.maximum))
        for (number, base) in bases.enumerated() where base.dataSize <= ExchangeLimits.comparedFile {
            do {
                try add(base, number, chunker, key, buffer, stop)
            } catch let error as PerigeeError where error.code != .interrupted {
                continue
            }
        }
    }

    private mutating func add(
        _ base: TreeReader, _ number: Int, _ chunker: Chunker, _ key: HashKey, _ buffer: IOBuffer,
        _ stop: () throws -> Void
    ) throws {
        try ChunkNames.forEach(of: base, chunker, key, buffer, stop) { offset, length, name in
            if number == 0 { first.append((offset, name)) }
            if places[name] == nil { places[name] = Place(base: number, offset: offset, length: UInt32(length)) }
            return true
        }
    }

    /// Where a chunk of this name and length lies: at `offset` of the first file, if it is there too.
    func place(_ name: Digest, length: UInt32, near offset: UInt64) -> Place? {
        guard let place = places[name], place.length == length else { return nil }
        var (low, high) = (0, first.count)
        while low < high {
            let middle = (low + high) / 2
            if first[middle].offset < offset { low = middle + 1 } else { high = middle }
        }
        guard low < first.count, first[low].offset == offset, first[low].name == name else { return place }
        return Place(base: 0, offset: offset, length: length)
    }
}
