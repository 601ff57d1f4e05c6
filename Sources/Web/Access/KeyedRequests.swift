internal import Catalog
internal import HTTPTypes
internal import Hashing
internal import Model
internal import Synchronization

/// Sees to it that a request with an idempotency key is done once.
final class KeyedRequests: Sendable {
    private let desk: any Desk
    private let open = Mutex<Set<String>>([])

    /// Keys whose answers `desk` keeps.
    init(_ desk: any Desk) { self.desk = desk }

    /// The header that names the key.
    static let header = HTTPField.Name("Idempotency-Key")!

    /// Answers `request` by `body`, or by what was answered before under the same key.
    ///
    /// - Throws: a problem where the key was used for something else, or is in use.
    func once(_ request: WebRequest, _ body: () throws -> WebAnswer) throws -> WebAnswer {
        guard let key = request.headers[Self.header] else { return try body() }
        guard (1...WebLimits.keyMax).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else {
            throw PerigeeError(
                .usage, "it is no key", at: "Idempotency-Key",
                remedy: "write 1 to \(WebLimits.keyMax) letters, digits and signs without spaces")
        }
        let name = "\(request.caller.name) \(key)"
        guard open.withLock({ $0.insert(name).inserted }) else {
            throw Problem(
                409, PerigeeError(.conflict, "a request with this key is not answered yet", at: "Idempotency-Key"),
                retryAfter: 1)
        }
        defer { open.withLock { _ = $0.remove(name) } }
        let digest = Self.digest(request)
        if let kept = try desk.answer(key: key, actor: request.caller.name) {
            guard kept.request == digest else {
                throw Problem(
                    422,
                    PerigeeError(
                        .conflict, "the key was used for another request", at: "Idempotency-Key",
                        remedy: "take a new key for each thing that is to be done"))
            }
            var answer = WebAnswer(kept.status, type: "application/json", kept.body)
            answer.headers[HTTPField.Name("Idempotency-Replayed")!] = "true"
            return answer
        }
        let answer = try body()
        if answer.status < 500 {
            try desk.keep(
                KeptAnswer(request: digest, status: answer.status, body: answer.bytes, at: request.now), key: key,
                actor: request.caller.name)
        }
        return answer
    }

    private static func digest(_ request: WebRequest) -> [UInt8] {
        var hasher = Blake3Hasher(context: "perigee 2026-11 keyed request")
        for part in [Array(request.method.rawValue.utf8), Array(request.path.utf8), request.body] {
            withUnsafeBytes(of: UInt64(part.count).littleEndian) { hasher.update($0) }
            part.withUnsafeBytes { hasher.update($0) }
        }
        return hasher.finalize().withUnsafeBytes { Array($0) }
    }
}
