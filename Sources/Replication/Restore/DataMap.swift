internal import Model

/// Where the bytes of a file's data, holes left out, stand in the file.
struct DataMap {
    /// Runs of data: where each begins in the data, and where in the file.
    private var runs: [(data: UInt64, file: Extent)] = []

    /// The map of a file with `attributes`.
    init(_ attributes: Attributes) {
        var position: UInt64 = 0
        var data: UInt64 = 0
        for hole in attributes.holes {
            if hole.offset > position {
                runs.append((data, Extent(offset: position, length: hole.offset - position)))
                data += hole.offset - position
            }
            position = max(position, hole.end)
        }
        if attributes.size > position {
            runs.append((data, Extent(offset: position, length: attributes.size - position)))
        }
    }

    /// Calls `body` with each part of `count` bytes from `offset` of the data on, and where it stands in the file.
    func forEachPart(from offset: UInt64, count: Int, _ body: (Range<Int>, UInt64) throws -> Void) rethrows {
        var index = runs.lastIndex { $0.data <= offset } ?? 0
        var done = 0
        while done < count, index < runs.count {
            let run = runs[index]
            let inside = offset + UInt64(done) - run.data
            let part = Int(min(UInt64(count - done), run.file.length - inside))
            try body(done..<(done + part), run.file.offset + inside)
            done += part
            index += 1
        }
    }
}
