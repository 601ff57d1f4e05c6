internal import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Secrets read from files and descriptors.
enum SecretFile {
    /// No secret is longer.
    static let limit = 64 << 10

    /// The bytes of the file at `path`.
    static func read(path: String) throws -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure(errno, path) }
        defer { close(file) }
        return try read(descriptor: file, place: path)
    }

    /// The bytes that `descriptor` gives until its end.
    static func read(descriptor: Int32, place: String) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        var count = 0
        while count < bytes.count {
            let start = count
            let got = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress.map { $0 + start }, buffer.count - start)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw failure(errno, place) }
            if got == 0 { return Array(bytes[..<count]) }
            count += got
        }
        throw PerigeeError(
            .key, "it is longer than 64 KiB", at: place, remedy: "name a file that holds the secret alone")
    }

    /// `bytes` up to their first line break.
    ///
    /// - Throws: `key` where nothing is left.
    static func line(_ bytes: [UInt8], at place: String) throws -> [UInt8] {
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard !line.isEmpty else {
            throw PerigeeError(
                .key, "it holds no passphrase", at: place, remedy: "write the passphrase on its first line")
        }
        return Array(line)
    }

    private static func failure(_ number: Int32, _ place: String) -> PerigeeError {
        PerigeeError(
            .key, "the secret cannot be read: \(String(cString: strerror(number)))", at: place,
            remedy: "check the path, the owner and the mode")
    }
}
