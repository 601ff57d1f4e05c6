/// What went wrong, where, and what to do about it.
///
/// Callers branch on ``code``, people read ``message``, ``place`` and ``remedy``.
public struct PerigeeError: Error, Sendable {
    /// What kind of thing went wrong; stable, and written into JSON reports.
    public enum Code: String, Sendable, Codable, CaseIterable {
        /// The command line or the configuration is wrong.
        case usage
        /// A file, blob, dataset, snapshot or path that was named does not exist.
        case notFound = "not_found"
        /// It exists already, and must not.
        case exists
        /// Bytes at rest or in flight are not what was written.
        case damaged
        /// Bytes have no form that this version knows.
        case format
        /// The operating system refused access.
        case denied
        /// No room is left.
        case noSpace = "no_space"
        /// The store or file system cannot be written.
        case readOnly = "read_only"
        /// Reading or writing failed.
        case io
        /// Somebody else changed it in between; trying again can help.
        case conflict
        /// Somebody else has what this run needs alone; trying again can help when they have ended.
        case busy
        /// A file changed while it was read.
        case changed
        /// A passphrase or key is needed, or the one given does not open it.
        case key
        /// A guard or a policy forbids it.
        case refused
        /// This system or file system cannot do it.
        case unsupported
        /// A named limit was passed.
        case limit
        /// The user or the system asked to stop.
        case interrupted
    }

    /// The kind, to branch on.
    public var code: Code
    /// What happened, in one sentence without a full stop.
    public var message: String
    /// Where: a path, a blob, a line and key.
    public var place: String?
    /// What to do next, in one sentence.
    public var remedy: String?
    /// What caused it, for digging.
    public var cause: String?
    /// Whether the same call can succeed later without anything being mended.
    public var canRetry: Bool

    /// Makes an error.
    public init(
        _ code: Code, _ message: String, at place: String? = nil, remedy: String? = nil, cause: (any Error)? = nil,
        canRetry: Bool = false
    ) {
        self.code = code
        self.message = message
        self.place = place
        self.remedy = remedy
        self.cause = cause.map { "\($0)" }
        self.canRetry = canRetry
    }

    /// The same error, found at `place` where it had no place of its own.
    public func at(_ place: String) -> PerigeeError {
        var copy = self
        if copy.place == nil { copy.place = place }
        return copy
    }
}

extension PerigeeError: CustomStringConvertible {
    /// `place: message (cause); remedy`, as far as they are known.
    public var description: String {
        var out = place.map { "\($0): \(message)" } ?? message
        if let cause { out += " (\(cause))" }
        if let remedy { out += "; \(remedy)" }
        return out
    }
}
