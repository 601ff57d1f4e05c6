#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Paths of this host, as names under which things are remembered and compared.
public enum HostPath {
    /// `path` written from the root, without `.`, `..` and doubled slashes; links are resolved as far as the path exists.
    ///
    /// The same folder has one such name before and after it is made, however it is written.
    public static func resolved(_ path: String) -> String {
        var existing = path.hasPrefix("/") ? path : currentFolder + "/" + path
        var rest: [Substring] = []
        while true {
            if let real = realpath(existing, nil) {
                defer { free(real) }
                return joined(String(cString: real), rest)
            }
            // realpath fails where the last name is missing: resolve what is above it.
            let names = existing.split(separator: "/")
            guard let last = names.last else { return joined("/", rest) }
            rest.insert(last, at: 0)
            existing = "/" + names.dropLast().joined(separator: "/")
        }
    }

    private static func joined(_ folder: String, _ names: [Substring]) -> String {
        var path = folder.split(separator: "/")
        for name in names where name != "." {
            if name == ".." { _ = path.popLast() } else { path.append(name) }
        }
        return "/" + path.joined(separator: "/")
    }

    private static var currentFolder: String {
        guard let folder = getcwd(nil, 0) else { return "" }
        defer { free(folder) }
        return String(cString: folder)
    }
}
