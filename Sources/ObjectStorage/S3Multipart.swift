internal import Hashing
internal import Model
internal import Storage

/// Puts one large object in parts, several at once, and takes away what is left of an upload that fails.
struct S3Multipart {
    private struct Part {
        let number: Int
        let call: S3Call
        let checksum: String
    }

    private let store: S3Store
    private let key: BlobKey
    private let source: any UploadSource
    private let condition: PutCondition
    private let path: String

    init(_ store: S3Store, _ key: BlobKey, _ source: any UploadSource, _ condition: PutCondition) {
        self.store = store
        self.key = key
        self.source = source
        self.condition = condition
        path = store.path(key)
    }

    /// Puts it, and waits for that.
    func run() throws -> BlobVersion {
        store.abortStaleUploads()
        let upload: String
        do {
            upload = try begin()
        } catch let failure as S3Failure {
            throw store.error(failure, key)
        }
        do {
            let parts = try send(upload)
            try checkCondition()
            return try complete(upload, parts)
        } catch {
            // What cannot be taken away now is taken away before another large blob is put, a day later.
            _ = try? store.client.send(S3Request(method: .delete, path: path, query: [("uploadId", upload)]))
            guard let failure = error as? S3Failure else { throw error }
            return try S3Upload(store, key, source, condition).settle(failure)
        }
    }

    private func begin() throws -> String {
        var request = S3Request(method: .post, path: path, query: [("uploads", "")])
        request.headers = [("content-type", "application/octet-stream")]
        if store.capabilities.checksums { request.headers.append(("x-amz-checksum-algorithm", "SHA256")) }
        var upload = ""
        _ = try store.client.send(request) { response in
            guard let document = try? XMLElement(parsing: response.body), let id = document["UploadId"], !id.isEmpty,
                id.utf8.count <= 4096
            else { throw S3Failure(.broken, "the server gives an upload no name") }
            upload = id
        }
        return upload
    }

    /// Sends all parts, a few at once; returns their lines for the completion.
    private func send(_ upload: String) throws -> [String] {
        let smallest = (source.count + S3Store.partsMax - 1) / S3Store.partsMax
        let size = max(S3Store.partBytes, smallest)
        var open: [Part] = []
        var lines: [String] = []
        var next = 0
        while next < source.count || !open.isEmpty {
            if next < source.count, open.count < S3Store.partsInFlightMax {
                open.append(
                    try begin(upload, lines.count + open.count + 1, at: next, count: min(size, source.count - next)))
                next += size
                continue
            }
            let part = open.removeFirst()
            let response = try part.call.finish()
            guard let version = response.version else { throw S3Failure(.broken, "a part has no ETag") }
            let checksum =
                store.capabilities.checksums ? "<ChecksumSHA256>\(part.checksum)</ChecksumSHA256>" : ""
            lines.append(
                "<Part><PartNumber>\(part.number)</PartNumber><ETag>&quot;\(version.token)&quot;</ETag>\(checksum)</Part>"
            )
        }
        return lines
    }

    private func begin(_ upload: String, _ number: Int, at start: Int, count: Int) throws -> Part {
        let part = PartSource(base: source, start: start, count: count)
        let digest = try part.digest()
        var request = S3Request(method: .put, path: path, query: [("partNumber", "\(number)"), ("uploadId", upload)])
        if store.capabilities.checksums { request.headers = [("x-amz-checksum-sha256", Base64.encode(digest))] }
        request.body = part
        let call = try store.client.begin(request, payload: Hexadecimal.encode(digest))
        return Part(number: number, call: call, checksum: Base64.encode(digest))
    }

    /// Where the server completes uploads whatever is there, looks beforehand; what is so large is named by its bytes,
    /// so that whoever comes in between puts the same.
    private func checkCondition() throws {
        guard !store.capabilities.assembles, condition != .always else { return }
        let version = try store.info(key)?.version
        let holds: Bool =
            switch condition {
            case .always: true
            case .absent: version == nil
            case .matches(let wanted): version == wanted
            }
        guard holds else { throw store.conflict(key, condition) }
    }

    private func complete(_ upload: String, _ parts: [String]) throws -> BlobVersion {
        let document = "<CompleteMultipartUpload>\(parts.joined())</CompleteMultipartUpload>"
        var request = S3Request(method: .post, path: path, query: [("uploadId", upload)])
        request.headers =
            (store.capabilities.assembles ? store.headers(for: condition) : []) + [("content-type", "application/xml")]
        request.body = BytesSource(bytes: Array(document.utf8))
        var version: BlobVersion?
        _ = try store.client.send(request) { response in
            // This request may fail with a status that says that all is well.
            guard let document = try? XMLElement(parsing: response.body) else {
                throw S3Failure(.broken, "the server answers no document")
            }
            guard document.name != "Error" else {
                var failure = S3Failure(.broken, document["Message"] ?? "")
                (failure.status, failure.code) = (500, document["Code"] ?? "")
                throw failure
            }
            version = document["ETag"].flatMap { BlobVersion(etag: $0) }
        }
        if let version { return version }
        guard let version = try store.info(key)?.version else { throw store.missing(key) }
        return version
    }
}
