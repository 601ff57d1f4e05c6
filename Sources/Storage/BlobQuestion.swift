public import Model

/// Something that is asked of a store together with other things, by ``BlobStore/replies(to:)``.
public enum BlobQuestion: Sendable, Hashable {
    /// All of a blob, as ``BlobStore/get(_:limit:)`` gives it.
    case get(BlobKey, limit: ByteCount)
    /// All of a blob with its version, as ``BlobStore/fetch(_:limit:)`` gives it.
    case fetch(BlobKey, limit: ByteCount)
    /// A page of a listing, as ``BlobStore/list(_:after:limit:)`` gives it; at most ``pageMax`` blobs.
    case list(String, after: BlobKey?, limit: Int)

    /// The most blobs that a page may be asked to have.
    public static let pageMax = 1000
}

/// What a store answered to a ``BlobQuestion``.
public enum BlobReply: Sendable {
    /// All bytes of one state of a blob, and its version where that was asked for.
    case blob([UInt8], BlobVersion?)
    /// There is no such blob.
    case absent
    /// A page of a listing.
    case page([BlobInfo])
    /// The question failed; the others did not for that.
    case failed(PerigeeError)

    /// Whether asking again can help.
    var canRetry: PerigeeError? {
        guard case .failed(let error) = self, error.canRetry, error.code != .conflict else { return nil }
        return error
    }
}

extension BlobStore {
    /// Asks one thing after the other.
    public func replies(to questions: [BlobQuestion]) throws -> [BlobReply] {
        questions.map { question in
            do {
                return try reply(to: question)
            } catch let error as PerigeeError {
                return .failed(error)
            } catch {
                return .failed(PerigeeError(.io, "the store failed", at: name, cause: error))
            }
        }
    }

    /// Asks one thing.
    public func reply(to question: BlobQuestion) throws -> BlobReply {
        switch question {
        case .get(let key, let limit):
            do {
                return .blob(try get(key, limit: limit), nil)
            } catch let error as PerigeeError where error.code == .notFound {
                return .absent
            }
        case .fetch(let key, let limit):
            guard let found = try fetch(key, limit: limit) else { return .absent }
            return .blob(found.bytes, found.version)
        case .list(let prefix, let cursor, let limit): return .page(try list(prefix, after: cursor, limit: limit))
        }
    }
}
