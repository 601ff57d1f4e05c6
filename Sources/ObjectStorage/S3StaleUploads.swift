internal import Model
internal import Storage

/// Uploads in parts that killed writers left below a store's prefix: they cost room, and no listing shows them.
struct S3StaleUploads {
    /// What began so long ago, by the store's clock, is nobody's any more.
    static let staleSeconds = 86_400.0
    /// So many are taken away at once at most; the others by the next writer of a large blob.
    static let countMax = 1000

    private let store: S3Store

    init(_ store: S3Store) { self.store = store }

    /// Takes them away, as far as that can be done now.
    ///
    /// - Returns: how many.
    @discardableResult
    func abort() -> Int {
        var request = S3Request(method: .get, path: "/")
        request.query = [
            ("uploads", ""), ("encoding-type", "url"), ("max-uploads", "\(Self.countMax)"),
            ("prefix", store.objectName("")),
        ]
        request.sink = .kept(limit: S3Store.listBytesMax)
        guard let response = try? store.client.send(request), let document = try? XMLElement(parsing: response.body),
            let now = response.date
        else { return 0 }
        let isEncoded = document["EncodingType"]?.lowercased() == "url"
        return document.all("Upload").filter { abort($0, isEncoded: isEncoded, now: now) }.count
    }

    private func abort(_ upload: XMLElement, isEncoded: Bool, now: Timestamp) -> Bool {
        guard let text = upload["Key"], let id = upload["UploadId"],
            let name = isEncoded ? PercentEncoding.decode(text, plusIsSpace: true) : text,
            name.utf8.starts(with: store.objectName("").utf8),
            let begun = upload["Initiated"].flatMap({ Timestamp(rfc3339: $0) }),
            now.seconds(since: begun) > Self.staleSeconds
        else { return false }
        let path = "/" + PercentEncoding.path(name)
        return (try? store.client.send(S3Request(method: .delete, path: path, query: [("uploadId", id)]))) != nil
    }
}
