internal import Model
internal import Trust

/// Something of this host that other sites may reach by a name.
public struct Export: Sendable, Hashable {
    /// What it is.
    public enum Kind: Sendable, Hashable {
        /// A tree in a folder.
        case tree
        /// A vault in a folder; of the dataset where one is named.
        case vault(dataset: String?)
    }

    /// The name that others know it by.
    public let name: String
    /// What it is.
    public let kind: Kind
    /// Where it is on this host.
    public let path: String
    /// Whether nobody may write it, whatever they may elsewhere.
    public let isReadOnly: Bool

    /// An export.
    ///
    /// - Throws: `usage` where the name cannot be one.
    public init(name: String, kind: Kind, path: String, isReadOnly: Bool = false) throws {
        guard TrustEntry.isName(name) else {
            throw PerigeeError(
                .usage, "\"\(name.prefix(80))\" is no name for an export", at: "--export",
                remedy: "use letters, digits, dots, dashes and underscores, \(TrustEntry.nameMax) at most")
        }
        (self.name, self.kind, self.path, self.isReadOnly) = (name, kind, path, isReadOnly)
    }

    /// Reads `NAME=ENDPOINT` or `NAME=ENDPOINT:ro`, where the endpoint is a folder, or a vault in one.
    ///
    /// - Throws: `usage` where the text has another form, `unsupported` for an endpoint that is not on this host.
    public init(parsing text: String) throws {
        guard let sign = text.firstIndex(of: "=") else {
            throw Self.wrong("an export has a name and an endpoint", text)
        }
        var rest = text[text.index(after: sign)...]
        let isReadOnly = rest.hasSuffix(":ro")
        if isReadOnly { rest = rest.dropLast(3) }
        let name = String(text[..<sign])
        switch try Endpoint(parsing: String(rest)) {
        case .tree(let path): try self.init(name: name, kind: .tree, path: path, isReadOnly: isReadOnly)
        case .vault(.folder(let path), let dataset):
            guard dataset?.snapshot == nil else { throw Self.wrong("an export is not one snapshot", text) }
            try self.init(name: name, kind: .vault(dataset: dataset?.dataset), path: path, isReadOnly: isReadOnly)
        default:
            throw PerigeeError(
                .unsupported, "only what is on this host can be exported", at: text,
                remedy: "write NAME=/path or NAME=vault:/path; others reach the rest without this agent")
        }
    }

    /// The endpoint, as it is written here.
    public var endpoint: String {
        switch kind {
        case .tree: path
        case .vault(let dataset): "vault:\(path)" + (dataset.map { "#\($0)" } ?? "")
        }
    }

    private static func wrong(_ message: String, _ text: String) -> PerigeeError {
        PerigeeError(
            .usage, message, at: text,
            remedy: "write NAME=/path, NAME=vault:/path or NAME=vault:/path#dataset, with :ro behind it where nobody "
                + "may write")
    }
}
