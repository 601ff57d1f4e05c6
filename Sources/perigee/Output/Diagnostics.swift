#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Standard error, for words to people beside the output; unbuffered, safe from any thread.
enum Diagnostics {
    /// Writes `text` in one piece; failing is of no consequence.
    static func write(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while let start = rest.baseAddress, !rest.isEmpty {
                let count = Glibc.write(STDERR_FILENO, start, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
        }
    }

    /// Writes a line about `place`: `perigee: place: message`.
    static func note(_ place: String, _ message: String) { write("perigee: \(place): \(message)\n") }
}
