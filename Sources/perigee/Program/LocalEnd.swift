internal import Model

/// An endpoint that this host reaches by itself: a tree on it, or a vault.
enum LocalEnd {
    /// A tree at a path.
    case tree(path: String)
    /// A vault, and a dataset of it where one is named.
    case vault(Endpoint.VaultPlace, Endpoint.DatasetName?)

    /// Reads an endpoint.
    ///
    /// - Throws: `usage` where it is none, `unsupported` where it is one that this version cannot serve.
    init(parsing text: String) throws {
        try RawText.checkPlain(text)
        switch try Endpoint(parsing: text) {
        case .tree(let path): self = .tree(path: path)
        case .vault(let place, let name): self = .vault(place, name)
        case .remoteTree:
            throw Self.unsupported(
                text, "trees on other hosts", "mount that tree here, or move through a vault on storage that both share"
            )
        case .agent:
            throw Self.unsupported(text, "agents", "move through a vault on storage that both hosts share")
        case .site:
            throw Self.unsupported(text, "named sites", "write the path, vault:/path#dataset, or ./\(text) for a file")
        }
    }

    /// The tree's path.
    ///
    /// - Throws: `usage` where this is a vault.
    func tree(_ text: String) throws -> String {
        guard case .tree(let path) = self else {
            throw PerigeeError(.usage, "a tree is needed here", at: text, remedy: "name a folder of this host")
        }
        return path
    }

    /// Where the vault is, and the dataset in it.
    ///
    /// - Throws: `usage` where this is a tree.
    func vault(_ text: String) throws -> (place: Endpoint.VaultPlace, name: Endpoint.DatasetName?) {
        guard case .vault(let place, let name) = self else {
            throw PerigeeError(.usage, "a vault is needed here", at: text, remedy: "write vault:\(text)")
        }
        return (place, name)
    }

    /// Where the vault is, and the dataset, which must be named.
    func dataset(_ text: String) throws -> (place: Endpoint.VaultPlace, name: Endpoint.DatasetName) {
        let (place, name) = try vault(text)
        guard let name else {
            throw PerigeeError(
                .usage, "a dataset is needed here", at: text,
                remedy: "write \(text)#DATASET; perigee log \(text) lists what there is")
        }
        return (place, name)
    }

    private static func unsupported(_ text: String, _ what: String, _ remedy: String) -> PerigeeError {
        PerigeeError(.unsupported, "\(what) are not served by this version", at: text, remedy: remedy)
    }
}
