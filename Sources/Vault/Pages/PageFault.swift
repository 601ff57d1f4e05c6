internal import Content
internal import Model

/// What is wrong with a page or an entry, found by code that does not know where it stands.
struct PageFault: Error {
    /// What is wrong, as the end of a sentence about the page or the entry.
    let reason: StaticString
    /// The kind of error that it becomes when a writer finds it; a reader makes ``PerigeeError/Code/damaged`` of it.
    let code: PerigeeError.Code

    init(_ reason: StaticString, _ code: PerigeeError.Code = .format) {
        self.reason = reason
        self.code = code
    }

    /// The error of a reader that met this `offset` bytes into the page `id`.
    func reading(_ id: ContentID?, at offset: Int) -> PerigeeError {
        let place = id.map { "page \($0), byte \(offset)" } ?? "page, byte \(offset)"
        if code == .unsupported {
            return PerigeeError(.format, "\(reason)", at: place, remedy: "Read it with a newer version of perigee")
        }
        return PerigeeError(.damaged, "the page \(reason)", at: place, remedy: "Run `perigee verify` on the vault")
    }

    /// The error of a writer that was given the entry at `path`.
    func writing(_ path: TreePath) -> PerigeeError {
        let remedy = code == .limit ? "Leave it out with `--exclude`, or make it smaller" : nil
        return PerigeeError(code, "the entry \(reason)", at: path.description, remedy: remedy)
    }
}
