extension Endpoint {
    /// Reads an endpoint in any of its forms.
    ///
    /// - Throws: `usage` with the text as its place where it has none of the forms.
    public init(parsing text: String) throws {
        if text.isEmpty {
            throw Self.wrong(text, "an endpoint is empty", "name a folder, or a vault as vault:/path#dataset")
        }
        if let rest = text.without(prefix: "vault:") {
            self = try Self.vault(rest, whole: text) { try Self.folder($0, whole: text) }
        } else if let rest = text.without(prefix: "s3://") {
            self = try Self.vault(rest, whole: text) { place in
                let (bucket, prefix) = place.split(atFirst: "/")
                return .bucket(name: bucket, prefix: prefix ?? "")
            }
        } else if let rest = text.without(prefix: "ssh://") {
            self = try Self.secureShell(rest, whole: text)
        } else if let rest = text.without(prefix: "perigee://") {
            self = try Self.agent(rest, whole: text)
        } else if let scheme = text.scheme {
            throw Self.wrong(
                text, "\(scheme):// is not a kind of endpoint", "use a path, vault:, s3://, ssh:// or perigee://")
        } else {
            self = try Self.short(text, whole: text)
        }
    }

    /// A path, `user@host:path`, `site:dataset` or `site:`: told apart by what stands before the first colon.
    private static func short(_ text: String, whole: String) throws -> Endpoint {
        let (head, tail) = text.split(atFirst: ":")
        guard let tail, !head.isEmpty, !head.contains("/"), head != ".", head != ".." else { return .tree(path: text) }
        let (user, host) = head.split(atFirst: "@")
        if let host {
            guard !user.isEmpty, !host.isEmpty, !tail.isEmpty else {
                throw wrong(whole, "another host's folder is user@host:/path", "write ./\(text) for a local path")
            }
            return .remoteTree(user: user, host: host, port: nil, path: tail)
        }
        if tail.hasPrefix("/") { return .remoteTree(user: nil, host: head, port: nil, path: tail) }
        return .site(name: head, tail.isEmpty ? nil : try dataset(tail, whole: whole))
    }

    private static func vault(
        _ rest: Substring, whole text: String, place: (String) throws -> VaultPlace
    ) throws -> Endpoint {
        let (path, name) = rest.split(atLast: "#")
        guard !path.isEmpty else {
            throw wrong(text, "the vault has no path", "write vault:/path or vault:/path#dataset")
        }
        return .vault(try place(path), try name.map { try dataset($0, whole: text) })
    }

    /// A vault's folder: of this host, or as a tree on another host is written; or the name under which an agent exports it.
    private static func folder(_ path: String, whole text: String) throws -> VaultPlace {
        let end: Endpoint
        if let rest = path.without(prefix: "perigee://") {
            guard case .agent(let host, let port, let name) = try agent(rest, whole: text), name.snapshot == nil else {
                throw wrong(
                    text, "a vault at an agent is vault:perigee://host:port/name#dataset",
                    "write the @ behind the dataset")
            }
            return .agent(host: host, port: port, export: name.dataset)
        }
        if let rest = path.without(prefix: "ssh://") {
            end = try secureShell(rest, whole: text)
        } else {
            let (head, tail) = path.split(atFirst: ":")
            guard tail != nil, !head.isEmpty, !head.contains("/") else { return .folder(path: path) }
            end = try short(path, whole: text)
        }
        guard case .remoteTree(let user, let host, let port, let path) = end else {
            throw wrong(
                text, "a vault on another host is vault:user@host:/path", "write vault:./\(path) for a local folder")
        }
        return .remoteFolder(user: user, host: host, port: port, path: path)
    }

    private static func secureShell(_ rest: Substring, whole text: String) throws -> Endpoint {
        let (authority, path) = rest.split(atFirst: "/")
        let (user, host) = authority.split(atLast: "@")
        let (name, port) = try hostAndPort(host ?? authority, whole: text)
        guard let path, !path.isEmpty, !(host != nil && user.isEmpty) else {
            throw wrong(text, "a tree on another host is ssh://user@host:port/path", "name the folder on that host")
        }
        return .remoteTree(user: host == nil ? nil : user, host: name, port: port, path: "/" + path)
    }

    private static func agent(_ rest: Substring, whole text: String) throws -> Endpoint {
        let (authority, name) = rest.split(atFirst: "/")
        let (host, port) = try hostAndPort(authority, whole: text)
        guard let name, !name.isEmpty else {
            throw wrong(text, "the agent's dataset is missing", "write perigee://host:port/dataset")
        }
        return .agent(host: host, port: port, try dataset(name, whole: text))
    }

    /// `host`, `host:port`, `[::1]:port`.
    private static func hostAndPort(_ text: String, whole: String) throws -> (String, UInt16?) {
        var (host, port) = text.split(atLast: ":")
        if text.hasPrefix("["), text.hasSuffix("]") { (host, port) = (text, nil) }
        guard !host.isEmpty else { throw wrong(whole, "the host is missing", "write host or host:port") }
        guard let port else { return (host, nil) }
        guard let number = UInt16(port), number > 0 else {
            throw wrong(whole, "\(port) is not a port", "use a number from 1 to 65535")
        }
        return (host, number)
    }

    private static func dataset(_ text: String, whole: String) throws -> DatasetName {
        let (name, snapshot) = text.split(atLast: "@")
        guard !name.isEmpty else {
            throw wrong(whole, "the dataset's name is empty", "write its name after the # or :")
        }
        guard snapshot != "" else {
            throw wrong(whole, "nothing follows the @", "use an ID's beginning, latest, latest~1 or an instant")
        }
        return DatasetName(dataset: name, snapshot: snapshot)
    }

    private static func wrong(_ text: String, _ message: String, _ remedy: String) -> PerigeeError {
        PerigeeError(.usage, message, at: text, remedy: remedy)
    }
}

extension StringProtocol {
    fileprivate func without(prefix: String) -> SubSequence? { hasPrefix(prefix) ? dropFirst(prefix.count) : nil }

    fileprivate func split(atFirst separator: Character) -> (String, String?) {
        guard let index = firstIndex(of: separator) else { return (String(self), nil) }
        return (String(self[..<index]), String(self[self.index(after: index)...]))
    }

    fileprivate func split(atLast separator: Character) -> (String, String?) {
        guard let index = lastIndex(of: separator) else { return (String(self), nil) }
        return (String(self[..<index]), String(self[self.index(after: index)...]))
    }
}

extension String {
    /// What stands before `://`, where that is made of letters.
    fileprivate var scheme: String? {
        let (head, tail) = split(atFirst: ":")
        guard let tail, tail.hasPrefix("//"), !head.isEmpty, head.allSatisfy({ $0.isLetter || $0.isNumber }) else {
            return nil
        }
        return head
    }
}
