internal import Configurations
internal import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Configurations in files.
enum ConfigurationFile {
    /// Where the configuration of this run is: `--config`, `$PERIGEE_CONFIG`, or the first of the usual places that is
    /// there; nil where none is.
    static func find(named: String?) -> String? { search.find(named: named)?.path }

    /// The files that are looked for where nobody names one.
    static var usual: [String] { search.usual }

    private static var search: ConfigurationSearch {
        ConfigurationSearch(variable: { Environment[$0] }, exists: { access($0, F_OK) == 0 })
    }

    /// The bytes of the file at `path`, or of standard input where that is a hyphen; one more than are allowed at most.
    ///
    /// - Throws: `usage` where it cannot be read.
    static func bytes(_ path: String) throws -> [UInt8] {
        let file = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure(path) }
        defer { close(file) }
        let limit = Int(ConfigurationLimits.size.bytes) + 1
        var out = [UInt8]()
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while out.count < limit {
            let count = read(file, &buffer, min(buffer.count, limit - out.count))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(path) }
            if count == 0 { break }
            out += buffer[..<count]
        }
        return out
    }

    private static func failure(_ path: String) -> PerigeeError {
        PerigeeError(
            .usage, "the configuration cannot be read: \(String(cString: strerror(errno)))", at: path,
            remedy: "name a readable file with --config or PERIGEE_CONFIG")
    }
}
