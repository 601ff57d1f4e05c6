internal import Hashing
internal import Model
internal import Storage

/// Puts one object, whole or in parts, and says truly whether it is there afterwards.
struct S3Upload {
    private let store: S3Store
    private let key: BlobKey
    private let source: any UploadSource
    private let condition: PutCondition

    init(_ store: S3Store, _ key: BlobKey, _ source: any UploadSource, _ condition: PutCondition) {
        self.store = store
        self.key = key
        self.source = source
        self.condition = condition
    }

    /// Puts it, and waits for that.
    func run() throws -> BlobVersion {
        guard source.count <= S3Store.wholeMax else { return try S3Multipart(store, key, source, condition).run() }
        return try finish(begin(digest: try source.digest()))
    }

    /// Begins to put it whole; `digest` is the SHA-256 of its bytes.
    func begin(digest: [UInt8]) throws -> S3Call {
        var request = S3Request(method: .put, path: store.path(key))
        request.headers = store.headers(for: condition) + [("content-type", "application/octet-stream")]
        if store.capabilities.checksums {
            request.headers.append(("x-amz-checksum-sha256", Base64.encode(digest)))
        }
        request.body = source
        let echoed = store.capabilities.checksums ? Base64.encode(digest) : nil
        return try store.client.begin(request, payload: Hexadecimal.encode(digest)) { response in
            // Where the server says what it has stored, it is held to it.
            if let echoed, let said = response.headers["x-amz-checksum-sha256"], said != echoed {
                throw S3Failure(.broken, "the server has stored other bytes than were sent")
            }
        }
    }

    /// Waits for the end of what was begun.
    func finish(_ call: S3Call) throws -> BlobVersion {
        do {
            if let version = try call.finish().version { return version }
            guard let version = try store.info(key)?.version else { throw store.missing(key) }
            return version
        } catch let failure as S3Failure {
            return try settle(failure)
        }
    }

    /// What a failed put comes to, once it is known whether it went through all the same.
    func settle(_ failure: S3Failure) throws -> BlobVersion {
        if failure.code == "NoSuchUpload" { return try settleForgotten(failure) }
        let isRefused = failure.status == 412 || failure.status == 409 || (failure.status == 404 && isReplacing)
        guard isRefused, failure.code != "NoSuchBucket" else { throw store.error(failure, key) }
        // The put may be in conflict with itself: an earlier attempt went through, and nobody heard of it.
        if failure.isUncertain, condition != .always, let version = try S3Comparison(store, key, source).version() {
            return version
        }
        // A server that cannot decide says 409; that something is there is known only by looking.
        let isUndecided = try failure.status == 409 && condition == .absent && store.info(key) == nil
        if condition == .always || isUndecided {
            var error = failure.error(at: "\(store.name)/\(key)", store.settings)
            (error.code, error.canRetry) = (.io, true)
            error.message = "the object store could not decide between several writers"
            throw error
        }
        throw store.conflict(key, condition)
    }

    /// What it comes to that the store does not know the upload: many forget one as soon as it is complete, so that where an
    /// answer was lost, what is repeated finds none.
    private func settleForgotten(_ failure: S3Failure) throws -> BlobVersion {
        if failure.isUncertain, let version = try S3Comparison(store, key, source).version() { return version }
        if condition == .absent, try store.info(key) != nil { throw store.conflict(key, condition) }
        if isReplacing { throw store.conflict(key, condition) }
        var error = failure.error(at: "\(store.name)/\(key)", store.settings)
        (error.code, error.canRetry) = (.io, true)
        error.message = "the object store has lost an upload before it was complete"
        error.remedy = "run the same command again"
        throw error
    }

    private var isReplacing: Bool { if case .matches = condition { true } else { false } }
}

extension S3Store {
    /// How a condition is put into a request.
    func headers(for condition: PutCondition) -> [(String, String)] {
        switch condition {
        case .always: []
        case .absent: [("if-none-match", "*")]
        case .matches(let version):
            [("if-match", capabilities.replacing == .unquoted ? version.token : "\"\(version.token)\"")]
        }
    }

    /// The error for a condition that does not hold.
    func conflict(_ key: BlobKey, _ condition: PutCondition) -> PerigeeError {
        let message =
            condition == .absent ? "the blob is there already" : "somebody else changed the blob in between"
        return PerigeeError(.conflict, message, at: "\(name)/\(key)", remedy: "read it again, then decide anew")
    }
}
