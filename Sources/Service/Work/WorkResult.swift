public import Model

/// How an attempt ended.
public struct WorkResult: Sendable {
    /// The kinds of ends.
    public enum Kind: Hashable, Sendable {
        /// All was done.
        case done
        /// It was done, but not for all files.
        case partial
        /// It went wrong.
        case failed(canRetry: Bool)
        /// It stopped because it was asked to.
        case stopped
    }

    /// How it ended.
    public var kind: Kind
    /// Why, in one sentence; empty for success.
    public var message: String
    /// The code of the error; nil where there was none.
    public var code: PerigeeError.Code?
    /// The JSON document that the work left; nil where it left none.
    public var document: String?

    /// An end.
    public init(_ kind: Kind, message: String = "", code: PerigeeError.Code? = nil, document: String? = nil) {
        self.kind = kind
        self.message = message
        self.code = code
        self.document = document
    }

    /// What an error ends an attempt with.
    public init(_ error: PerigeeError) {
        self.init(
            error.code == .interrupted
                ? .stopped : .failed(canRetry: error.canRetry || Self.mayPass.contains(error.code)),
            message: error.place.map { "\($0): \(error.message)" } ?? error.message, code: error.code)
    }

    /// What may be otherwise next time without anybody doing anything about it.
    static let mayPass: Set<PerigeeError.Code> = [.io, .conflict, .busy, .changed, .noSpace, .notFound, .denied]
}
