internal import Model
internal import Storage

/// Reads one object, in ranges of one state of it.
struct S3Download {
    /// How often a long read begins anew because the object changed meanwhile.
    private static let attemptsMax = 8

    private let store: S3Store
    private let key: BlobKey

    init(_ store: S3Store, _ key: BlobKey) {
        self.store = store
        self.key = key
    }

    /// All of it, in one request; nil where there is no such object.
    func whole(limit: ByteCount) throws -> (bytes: [UInt8], version: BlobVersion)? {
        var request = S3Request(method: .get, path: store.path(key))
        let limit = Int(clamping: limit.bytes)
        request.sink = .kept(limit: limit)
        if store.capabilities.checksums { request.headers = [("x-amz-checksum-mode", "ENABLED")] }
        do {
            var version: BlobVersion?
            let response = try store.client.send(request) { response in
                try Self.checkWhole(response)
                version = response.version
                // Some servers forget it for a moment while the object is replaced.
                if version == nil { throw S3Failure(.broken, "the server gives no ETag") }
            }
            return version.map { (response.body, $0) }
        } catch let failure as S3Failure where failure.isAbsence {
            return nil
        } catch let failure as S3Failure where failure.obstacle == .tooLong {
            throw PerigeeError(
                .limit, "the blob has more than the \(ByteCount(limit)) that are read at once",
                at: "\(store.name)/\(key)", remedy: "run verify: no blob of this kind should be as long as that")
        } catch let failure as S3Failure {
            throw store.error(failure, key)
        }
    }

    /// Holds all the bytes against what the server says of them.
    private static func checkWhole(_ response: S3Response) throws {
        if let length = response.headers["content-length"].flatMap({ Int($0) }), length != response.count {
            throw S3Failure(.broken, "\(response.count) bytes came of \(length)")
        }
        // A checksum of checksums has a hyphen and a number behind it.
        if response.status == 200, let said = response.headers["x-amz-checksum-sha256"], !said.contains("-"),
            Base64.encode(SHA256.hash(response.body)) != said
        {
            throw S3Failure(.broken, "the bytes that came are not those of the checksum that came with them")
        }
    }

    /// Fills `buffer` from `offset` on; the count is short only where the object ends.
    func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard let end = UInt64(exactly: buffer.count).flatMap({ offset.addingReportingOverflow($0) }), !end.overflow,
            end.partialValue <= UInt64(Int64.max)
        else {
            guard try store.info(key) != nil else { throw store.missing(key) }
            return 0
        }
        for _ in 0..<Self.attemptsMax {
            do {
                if let count = try ranges(at: offset, into: buffer) { return count }
            } catch let failure as S3Failure where failure.status == 416 {
                return 0
            } catch let failure as S3Failure {
                throw error(failure)
            }
        }
        throw PerigeeError(
            .conflict, "the blob changes faster than it can be read", at: "\(store.name)/\(key)", canRetry: true)
    }

    /// One try; nil where the object changed between two ranges.
    private func ranges(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int? {
        let first = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, S3Store.rangeMax)])
        let head = try begin(first, at: offset, version: nil).finish()
        guard head.count == first.count, first.count < buffer.count, let version = head.version else {
            return head.count
        }
        var calls: [S3Call] = []
        var start = first.count
        var filled = first.count
        while start < buffer.count || !calls.isEmpty {
            if start < buffer.count, calls.count < S3Store.partsInFlightMax {
                let part = UnsafeMutableRawBufferPointer(rebasing: buffer[start...].prefix(S3Store.rangeMax))
                calls.append(try begin(part, at: offset + UInt64(start), version: version))
                start += part.count
                continue
            }
            do {
                filled += try calls.removeFirst().finish().count
            } catch let failure as S3Failure where failure.status == 412 {
                return nil
            } catch let failure as S3Failure where failure.status == 416 {
                // The object ends before this range.
            }
        }
        return filled
    }

    /// The error that users see.
    func error(_ failure: S3Failure) -> PerigeeError {
        failure.isAbsence ? store.missing(key) : store.error(failure, key)
    }

    /// Begins a request for a range, of one version of the object where one is named.
    func begin(
        _ buffer: UnsafeMutableRawBufferPointer, at offset: UInt64, version: BlobVersion?
    ) throws -> S3Call {
        var request = S3Request(method: .get, path: store.path(key))
        request.headers = [("range", "bytes=\(offset)-\(offset + UInt64(buffer.count) - 1)")]
        if let version { request.headers.append(("if-match", "\"\(version.token)\"")) }
        request.sink = .memory(buffer)
        return try store.client.begin(request) { response in
            try Self.check(response, offset: offset, count: buffer.count)
        }
    }

    /// Holds a range against what was asked for.
    private static func check(_ response: S3Response, offset: UInt64, count: Int) throws {
        guard response.status == 206 else {
            // A server may send all of an object that begins there and is no longer.
            if response.status == 200, offset == 0 { return try checkWhole(response) }
            var failure = S3Failure(.none, "the server gives no ranges")
            failure.status = 501
            throw failure
        }
        let words = response.headers["content-range"]?.split { [" ", "-", "/"].contains($0) } ?? []
        guard words.count == 4, words[0] == "bytes", let start = UInt64(words[1]), let last = UInt64(words[2]),
            start == offset, last >= start, UInt64(response.count) == last - start + 1, response.count <= count
        else { throw S3Failure(.broken, "the range that came is not the one that was asked for") }
        if let total = UInt64(words[3]), response.count < count, last + 1 < total {
            throw S3Failure(.broken, "\(response.count) bytes came of \(count)")
        }
    }
}
