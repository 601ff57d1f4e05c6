internal import ArgumentParser
internal import Content
internal import Model
internal import Replication

/// Which files of a tree are meant.
struct FilterOptions: ParsableArguments {
    @Option(
        name: .customLong("exclude"),
        help: ArgumentHelp(
            "Leave out what matches, unless a later --include takes it in again: *.o, /build, cache/, a/**/b.",
            valueName: "glob"), transform: { FilterWord(.exclude, $0) })
    var excludes: [FilterWord] = []

    @Option(
        name: .customLong("include"),
        help: ArgumentHelp(
            "Take in again what matches, unless a later --exclude leaves it out, and is not in a folder that is left out.",
            valueName: "glob"), transform: { FilterWord(.include, $0) })
    var includes: [FilterWord] = []

    @Option(
        name: .customLong("exclude-from"),
        help: ArgumentHelp(
            "Read globs to leave out from FILE, one a line; `#` begins a comment, `!` takes in again.",
            valueName: "file"), transform: { FilterWord(.file, $0) })
    var excludeFiles: [FilterWord] = []

    @Flag(name: .customLong("one-file-system"), help: "Do not enter other file systems mounted in the tree.")
    var oneFileSystem = false

    /// The options of a scan, to be asked for when all ends are read.
    ///
    /// What the configuration says of datasets that were named comes first, then what options say, in their order.
    func scanOptions() throws -> ScanOptions {
        let named = NamedSites.current.rules
        let words = (excludes + includes + excludeFiles).sorted { $0.turn < $1.turn }
        let rules = try named.filter + words.flatMap { try $0.rules() }
        return ScanOptions(
            filter: try PathFilter(rules), oneFileSystem: oneFileSystem || named.isOneFileSystem)
    }
}

/// A file of globs.
enum RuleFile {
    /// Its lines without comments, blank lines and blanks at the ends.
    static func lines(of path: String) throws -> [String] {
        let text = String(decoding: try SmallFile.rules.read(path: path), as: UTF8.self)
        return text.split(whereSeparator: \.isNewline).compactMap { line in
            var line = line.drop { $0 == " " || $0 == "\t" }
            while line.last == " " || line.last == "\t" { line.removeLast() }
            return line.isEmpty || line.hasPrefix("#") ? nil : String(line)
        }
    }
}

/// How chunks that go into a vault are compressed.
struct CompressionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("auto, stored, lz4 or zstd[:LEVEL].", valueName: "how"))
    var compress = "auto"

    /// The wish.
    func compression() throws -> Compression {
        guard let wish = Compression(parsing: compress) else {
            throw PerigeeError(
                .usage, "\(compress) is no compression", at: "--compress",
                remedy: "write auto, stored, lz4, zstd or zstd:LEVEL")
        }
        return wish
    }
}

/// What a sync does with a destination.
struct PublishOptions: ParsableArguments {
    @Flag(name: [.customShort("n"), .customLong("dry-run")], help: "Say what would be done, and change nothing.")
    var dryRun = false

    @Flag(help: "Read all files, whatever is remembered of them, and compare what they hold.")
    var checksum = false

    @Option(
        help: ArgumentHelp(
            "What to check: none, transferred (read back what was written), full (all of the destination).",
            valueName: "what"))
    var verify: String?

    @Flag(name: .customLong("require-fidelity"), help: "Fail where an attribute cannot be kept.")
    var requireFidelity = false

    /// What to check; `usual` where nothing was said.
    func verification(usual: Verification) throws -> Verification {
        guard let verify else { return usual }
        guard let wish = Verification(rawValue: verify) else {
            throw PerigeeError(
                .usage, "\(verify) is not known", at: "--verify", remedy: "write none, transferred or full")
        }
        return wish
    }
}
