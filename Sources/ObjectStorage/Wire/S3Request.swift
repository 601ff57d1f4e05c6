/// One request to an object store, before it is signed.
package struct S3Request {
    /// What is asked for.
    package enum Method: String {
        case get = "GET"
        case head = "HEAD"
        case put = "PUT"
        case post = "POST"
        case delete = "DELETE"
    }

    package var method: Method
    /// The path, percent-encoded, with a `/` at its beginning.
    package var path: String
    /// The query, plain.
    package var query: [(name: String, value: String)] = []
    /// Headers that are signed, besides those that signing adds.
    package var headers: [(String, String)] = []
    /// What is sent.
    var body: any UploadSource = EmptySource()
    /// What becomes of the answer's body.
    var sink = DownloadSink.small

    /// A request without query, headers and body.
    package init(method: Method, path: String) {
        self.method = method
        self.path = path
    }

    /// A request with a query.
    init(method: Method, path: String, query: [(name: String, value: String)]) {
        self.method = method
        self.path = path
        self.query = query
    }

    /// The query as it is sent and signed: encoded, in the order of names.
    var canonicalQuery: String {
        query.map { (PercentEncoding.query($0.name), PercentEncoding.query($0.value)) }
            .sorted { $0 < $1 }.map { "\($0)=\($1)" }.joined(separator: "&")
    }
}
