internal import Model
internal import Settings

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Files and descriptors that are read whole, being short.
struct SmallFile {
    /// What it holds, for messages.
    let noun: String
    /// No such file is longer, in bytes.
    let limit: Int
    /// What an error is, and what to do about a file that is too long.
    let fault: (code: PerigeeError.Code, remedy: String)

    /// A passphrase or key.
    static let secret = SmallFile(
        noun: "the secret", limit: 64 << 10, fault: (.key, "name a file that holds the secret alone"))
    /// Patterns, a line each.
    static let rules = SmallFile(
        noun: "the list of patterns", limit: 16 << 20, fault: (.usage, "leave out whole folders by one pattern each"))
    /// A scenario or a price book.
    static let settings = SmallFile(
        noun: "the file", limit: SettingsNode.sizeMax, fault: (.usage, "name a YAML file, or split it into several"))
    /// A rate, or rates by the time of day.
    static let rate = SmallFile(
        noun: "the rate", limit: 64 << 10,
        fault: (.usage, "name a file with one line, such as 08:00-18:00=10MB/s,else=none"))

    /// The bytes of the file at `path`.
    func read(path: String) throws -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure(errno, path) }
        defer { close(file) }
        return try read(descriptor: file, place: path)
    }

    /// The bytes that `descriptor` gives until its end.
    func read(descriptor: Int32, place: String) throws -> [UInt8] {
        var bytes = [UInt8]()
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count <= limit {
            let got = Glibc.read(descriptor, &buffer, buffer.count)
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw failure(errno, place) }
            if got == 0 { return bytes }
            bytes += buffer[..<got]
        }
        throw PerigeeError(fault.code, "it is longer than \(ByteCount(limit))", at: place, remedy: fault.remedy)
    }

    private func failure(_ number: Int32, _ place: String) -> PerigeeError {
        PerigeeError(
            fault.code, "\(noun) cannot be read: \(String(cString: strerror(number)))", at: place,
            remedy: "check the path, the owner and the mode")
    }
}
