internal import Model
public import Scheduling

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The table of time zones of this system: `$TZDIR`, else `/usr/share/zoneinfo`.
public enum SystemZones {
    /// The table; `local` is what `$TZ` names, else `/etc/localtime`, else UTC.
    public static let table = ZoneTable { name in
        let folder = SystemEnvironment["TZDIR"] ?? "/usr/share/zoneinfo"
        if name != "local" { return try read("\(folder)/\(name)") }
        if let own = SystemEnvironment["TZ"] {
            let path = own.hasPrefix(":") ? String(own.dropFirst()) : own
            return try read(path.hasPrefix("/") ? path : "\(folder)/\(path)")
        }
        return try read("/etc/localtime") ?? read("\(folder)/UTC")
    }

    /// The bytes of a file; nil where there is no such file.
    private static func read(_ path: String) throws -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw failure(path)
        }
        defer { close(file) }
        // One byte more than a zone can have, for whoever judges it.
        var bytes = [UInt8](repeating: 0, count: ZoneFile.lengthMax + 1)
        var count = 0
        while count < bytes.count {
            let start = count
            let got = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(file, buffer.baseAddress.map { $0 + start }, buffer.count - start)
            }
            if got < 0, errno == EINTR { continue }
            // A folder of zones is no zone.
            if got < 0, errno == EISDIR { return nil }
            guard got >= 0 else { throw failure(path) }
            if got == 0 { break }
            count += got
        }
        return Array(bytes[..<count])
    }

    private static func failure(_ path: String) -> PerigeeError {
        PerigeeError(
            .io, "the time zone cannot be read: \(String(cString: strerror(errno)))", at: path,
            remedy: "see that tzdata is installed and readable, or name another zone")
    }
}
