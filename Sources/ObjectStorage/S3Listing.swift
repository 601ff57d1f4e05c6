internal import Model
internal import Storage

/// Lists objects below a store's prefix, in the order of the keys' bytes.
struct S3Listing {
    private let store: S3Store

    init(_ store: S3Store) { self.store = store }

    /// At most `limit` blobs whose keys begin with `prefix` and come after `cursor`.
    func list(_ prefix: String, after cursor: BlobKey?, limit: Int) throws -> [BlobInfo] {
        let whole = store.objectName(prefix)
        let last = cursor.map { store.objectName($0.text) }
        switch store.capabilities.listing {
        case .bytes:
            var found: [BlobInfo] = []
            try walk(whole, after: last, limit: { limit - found.count }) { name, item in
                if let blob = try blob(name, item, whole) { found.append(blob) }
                return found.count < limit
            }
            return found
        case .folders: return try listFolders(whole, after: last, limit: limit)
        }
    }

    /// The same from a server that lists folder by folder.
    private func listFolders(_ prefix: String, after cursor: String?, limit: Int) throws -> [BlobInfo] {
        var order = FolderOrder(prefix: prefix)
        var found: [BlobInfo] = []
        func add(_ items: [(String, XMLElement)]) throws {
            for (name, item) in items where found.count < limit {
                if let cursor, !cursor.utf8.lexicographicallyPrecedes(name.utf8) { continue }
                if let blob = try blob(name, item, prefix) { found.append(blob) }
            }
        }
        try walk(prefix, after: cursor.map { order.start(after: $0) }, limit: { S3Store.listMax }) { name, item in
            try add(order.take(name, item))
            guard order.heldCount <= FolderOrder.heldMax else {
                throw fault("more than \(FolderOrder.heldMax) names of a folder have to be put in order")
            }
            return found.count < limit
        }
        try add(order.finish())
        return found
    }

    /// Calls `body` with each object below `prefix` in the server's order, until it returns false.
    ///
    /// - Parameter limit: how many are wanted at most from here on.
    private func walk(
        _ prefix: String, after cursor: String?, limit: () -> Int, _ body: (String, XMLElement) throws -> Bool
    ) throws {
        var after = cursor
        while limit() > 0 {
            let document = try page(prefix, after: after, limit: min(limit(), S3Store.listMax))
            let isEncoded = document["EncodingType"]?.lowercased() == "url"
            let before = after
            for item in document.all("Contents") {
                guard let text = item["Key"],
                    let name = isEncoded ? PercentEncoding.decode(text, plusIsSpace: true) : text
                else { throw fault("a name in the listing is not readable") }
                guard after.map({ precedes($0, name) }) ?? true else { throw disorder() }
                after = name
                guard try body(name, item) else { return }
            }
            guard document["IsTruncated"] == "true" else { return }
            guard after != before else { throw fault("a page of the listing says that more follow, and gives none") }
        }
    }

    private func page(_ prefix: String, after: String?, limit: Int) throws -> XMLElement {
        var request = S3Request(method: .get, path: "/")
        request.query = [
            ("list-type", "2"), ("encoding-type", "url"), ("max-keys", "\(limit)"), ("prefix", prefix),
        ]
        if let after { request.query.append(("start-after", after)) }
        request.sink = .kept(limit: S3Store.listBytesMax)
        var document: XMLElement?
        do {
            _ = try store.client.send(request) { response in
                do {
                    document = try XMLElement(parsing: response.body)
                } catch {
                    throw S3Failure(.broken, "the listing is not readable: \(error)")
                }
            }
        } catch let failure as S3Failure {
            throw failure.error(at: store.name, store.settings)
        }
        guard let document, document.name == "ListBucketResult" else { throw fault("the answer is no listing") }
        return document
    }

    /// Whether `a` comes before `b` in the server's order.
    private func precedes(_ a: String, _ b: String) -> Bool {
        switch store.capabilities.listing {
        case .bytes: a.utf8.lexicographicallyPrecedes(b.utf8)
        case .folders: FolderOrder.precedes(a.utf8, b.utf8)
        }
    }

    /// The blob that an item is; nil where it is something else that lies there.
    private func blob(_ name: String, _ item: XMLElement, _ prefix: String) throws -> BlobInfo? {
        let root = store.settings.prefix.isEmpty ? "" : "\(store.settings.prefix)/"
        guard name.utf8.starts(with: prefix.utf8) else { throw fault("the listing leaves the prefix") }
        let rest = String(decoding: name.utf8.dropFirst(root.utf8.count), as: UTF8.self)
        guard let key = BlobKey(rest) else { return nil }
        guard let size = item["Size"].flatMap({ UInt64($0) }), size <= UInt64(Int64.max) else {
            throw fault("the listing says no size of \(key)")
        }
        return BlobInfo(
            key: key, size: ByteCount(size), version: item["ETag"].flatMap { BlobVersion(etag: $0) },
            modified: item["LastModified"].flatMap { Timestamp(rfc3339: $0) } ?? Timestamp(seconds: 0))
    }

    private func disorder() -> PerigeeError { fault(Self.disorderMessage) }

    /// What is said of a listing that is in another order than is known of the server.
    static let disorderMessage = "the listing is not in the order of names"

    private func fault(_ message: String) -> PerigeeError {
        PerigeeError(
            .format, message, at: store.name, remedy: "perigee doctor \(store.name) says what the object store can")
    }
}
