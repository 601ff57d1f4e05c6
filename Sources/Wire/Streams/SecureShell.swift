internal import Model

/// How a host without a daemon is reached: a program such as `ssh` that runs `perigee agent --stdio` there.
public struct SecureShell: Sendable, Hashable {
    /// The user there; nil for what `ssh` takes by itself.
    public var user: String?
    /// The host, or its alias in the configuration of `ssh`.
    public var host: String
    /// The port; nil for what `ssh` takes by itself.
    public var port: UInt16?
    /// The program and its options.
    public var command = ["ssh"]
    /// Perigee on that host: a name in its PATH, or a path, which may begin with `~/`.
    public var remotePerigee = "perigee"

    /// A host.
    public init(user: String? = nil, host: String, port: UInt16? = nil) {
        self.user = user
        self.host = host
        self.port = port
    }

    /// `user@host` or `host`, with the port where one is named.
    public var name: String { (user.map { $0 + "@" } ?? "") + host + (port.map { ":\($0)" } ?? "") }

    /// What perigee is asked to do there.
    public static let agentWords = ["agent", "--stdio"]

    /// How the shell there runs perigee, with `further` words, which need no quotes.
    func line(_ further: [String] = []) -> String {
        ([CommandWords.quotedProgram(remotePerigee)] + Self.agentWords + further).joined(separator: " ")
    }

    /// The words of the command that runs perigee there.
    ///
    /// - Throws: `usage` where host or user could be taken for options.
    public func words() throws -> [String] {
        try words(running: line())
    }

    /// The words of the command that has the shell there run `line`.
    ///
    /// - Throws: `usage` where host or user could be taken for options.
    public func words(running line: String) throws -> [String] {
        for part in [host, user ?? "u"] where part.hasPrefix("-") || part.isEmpty || part.contains("\0") {
            throw PerigeeError(
                .usage, "\"\(part)\" is no host or user", at: name, remedy: "write user@host:/path")
        }
        var words = command + ["-T"]
        if let port { words += ["-p", "\(port)"] }
        if let user { words += ["-l", user] }
        return words + ["--", host, line]
    }

    /// Starts the command.
    ///
    /// - Parameter onLine: told each line of what the command and perigee there write to standard error.
    public func open(onLine: @escaping @Sendable (String) -> Void) throws -> ChildStream {
        let shell = self
        return try ChildStream(try words(), peer: name, onLine: onLine) { shell.explain($0, $1) }
    }

    /// What a status of the command means.
    func explain(_ status: Int32, _ lines: String) -> PerigeeError {
        let said = lines.isEmpty ? "" : ": \(lines)"
        switch status {
        case 255:
            return PerigeeError(
                .io, "\(command[0]) could not connect, or lost the connection\(said)", at: name,
                remedy: "check that this works: \(probe)", canRetry: true)
        case 126, 127:
            // Not "not found": that would be said of a blob.
            return PerigeeError(
                .io, "perigee cannot be run on that host\(said)", at: name,
                remedy: "install it there, or name its path with --remote-perigee (now: \(remotePerigee))")
        default:
            return PerigeeError(
                .io, "perigee on that host ended with status \(status)\(said)", at: name,
                remedy: "run the same command again; check that this works: \(probe)", canRetry: true)
        }
    }

    private var probe: String {
        let start = command.map { CommandWords.quoted($0) }.joined(separator: " ")
        let port = port.map { " -p \($0)" } ?? ""
        let user = user.map { CommandWords.quoted($0) + "@" } ?? ""
        return "\(start)\(port) \(user)\(host) \(CommandWords.quotedProgram(remotePerigee)) --version"
    }
}
