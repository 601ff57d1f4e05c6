#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The environment variables of the process.
enum SystemEnvironment {
    /// The value of a variable; nil where it is not set or empty.
    static subscript(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }

    /// All of them.
    static var all: [String: String] {
        var out: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let split = text.firstIndex(of: "=") {
                out[String(text[..<split])] = String(text[text.index(after: split)...])
            }
            next += 1
        }
        return out
    }
}
