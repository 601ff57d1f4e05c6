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
