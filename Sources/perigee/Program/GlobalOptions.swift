internal import ArgumentParser
internal import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// What every verb takes.
struct GlobalOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Read the configuration, which SITE:DATASET needs, from this file; also $PERIGEE_CONFIG.",
            valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    @Option(
        help: ArgumentHelp("Keep what is learnt of trees in this folder.", valueName: "dir"), completion: .directory)
    var state: String?

    @Option(
        name: .customLong("s3-endpoint"),
        help: ArgumentHelp(
            "Where the object store of s3://... listens; usually AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL or the profile says.",
            valueName: "url"))
    var s3Endpoint: String?

    @Flag(help: "Print exactly one JSON document on standard output.")
    var json = false

    @Flag(name: .shortAndLong, help: "Show no progress.")
    var quiet = false

    @Option(help: ArgumentHelp("How to show progress on standard error.", valueName: "style"))
    var progress: ProgressStyle?

    @Option(
        help: ArgumentHelp(
            "Reach other hosts by this command instead of ssh; also $PERIGEE_SSH.", valueName: "command"))
    var ssh: String?

    @Option(
        name: .customLong("remote-perigee"),
        help: ArgumentHelp("Perigee on the other host, where it is not in the PATH there.", valueName: "path"))
    var remotePerigee: String?

    @Option(
        help: ArgumentHelp(
            """
            Reach other hosts through this site of the configuration, by ssh -J or by its agent, or agents through the \
            agent there; it passes on what it cannot read.
            """, valueName: "site|host:port"))
    var via: String?

    /// The folder for what is learnt of trees: `--state`, `$PERIGEE_STATE`, `$XDG_STATE_HOME/perigee`,
    /// `~/.local/state/perigee`.
    var stateFolder: String { state ?? Self.usualStateFolder }

    /// That folder where no option names one.
    static var usualStateFolder: String {
        if let state = Environment["PERIGEE_STATE"] { return state }
        if let base = Environment["XDG_STATE_HOME"], base.hasPrefix("/") { return base + "/perigee" }
        if let home = Environment["HOME"] { return home + "/.local/state/perigee" }
        return "/var/lib/perigee"
    }

    /// How progress is shown, decided by the options and by what standard error is.
    var progressStyle: ProgressStyle {
        if let progress { return progress }
        if quiet { return .none }
        return isatty(STDERR_FILENO) == 1 && Environment["TERM"] != "dumb" ? .bar : .plain
    }

    /// - Throws: `usage` where a configuration file was named and cannot be read.
    func check() throws {
        guard let name = config ?? Environment["PERIGEE_CONFIG"], access(name, R_OK) != 0 else { return }
        throw PerigeeError(
            .usage, "the configuration cannot be read: \(String(cString: strerror(errno)))", at: name,
            remedy: "name a readable file with --config or PERIGEE_CONFIG, or leave both away")
    }

    /// `arguments` with options of this group that stand before the verb put behind it, where the verb expects them.
    static func movedBehindVerb(_ arguments: [String]) -> [String] {
        var ahead = [String]()
        var rest = arguments[...]
        while let next = rest.first {
            if ["--json", "--quiet", "-q"].contains(next) || valued.contains(where: { next.hasPrefix($0 + "=") }) {
                ahead.append(rest.removeFirst())
            } else if valued.contains(next), rest.count > 1 {
                ahead += rest.prefix(2)
                rest.removeFirst(2)
            } else {
                break
            }
        }
        guard !ahead.isEmpty, let verb = rest.first, !verb.hasPrefix("-") else { return arguments }
        // A word that is meant for a verb counts as one.
        let path = VerbPath(of: rest)
        let verbs = path.words.count + (path.unknown == nil ? 0 : 1)
        return rest.prefix(verbs) + ahead + rest.dropFirst(verbs)
    }

    private static let valued = [
        "--config", "--state", "--progress", "--s3-endpoint", "--ssh", "--remote-perigee", "--via",
    ]
}
