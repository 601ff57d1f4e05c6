internal import Files
internal import Storage

/// A range on its way.
final class S3Reading: BlobReading {
    private let download: S3Download
    private let call: S3Call
    // Held until the end: the network writes there.
    private let buffer: IOBuffer

    init(_ download: S3Download, at offset: UInt64, into buffer: IOBuffer) throws {
        self.download = download
        self.buffer = buffer
        call = try download.begin(buffer.bytes, at: offset, version: nil)
    }

    func finish() throws -> (count: Int, size: UInt64?) {
        do {
            let response = try call.finish()
            let total = response.headers["content-range"]?.split(separator: "/").last.flatMap { UInt64($0) }
            return (response.count, total)
        } catch let failure as S3Failure {
            guard failure.status == 416 else { throw download.error(failure) }
            return (0, nil)
        }
    }
}

/// Reads of several parts, some of them under way at once.
final class S3Readings: BlobReading {
    /// So many are under way at once.
    private static let underWayMax = 4

    private let start: (BlobPart) throws -> any BlobReading
    private var underWay: [(reading: any BlobReading, count: Int)] = []
    private var rest: ArraySlice<BlobPart>

    /// Begins the first of `parts`, each by `start`.
    init(_ parts: [BlobPart], by start: @escaping (BlobPart) throws -> any BlobReading) throws {
        self.start = start
        rest = parts[...]
        try fill()
    }

    private func fill() throws {
        while underWay.count < Self.underWayMax, let part = rest.popFirst() {
            underWay.append((try start(part), part.buffer.bytes.count))
        }
    }

    func finish() throws -> (count: Int, size: UInt64?) {
        var sum = 0
        while !underWay.isEmpty {
            let (reading, wanted) = underWay.removeFirst()
            let count = try reading.finish().count
            sum += count
            guard count == wanted else { break }
            try fill()
        }
        return (sum, nil)
    }
}
