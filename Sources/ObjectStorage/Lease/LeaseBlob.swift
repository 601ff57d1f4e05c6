internal import Hashing
internal import Model

/// Who may write into a vault that only one may write into: the blob `lease`.
///
/// Text, six lines that end in a line feed each:
///
/// ```
/// perigee lease
/// version 1
/// token 32 hexadecimal digits, drawn anew by each writer
/// machine 32 hexadecimal digits
/// process number
/// digest the BLAKE3 of all lines above in hexadecimal digits
/// ```
///
/// When it was last renewed is the time at which the store says that it was put.
package struct LeaseBlob: Hashable {
    /// The most bytes of the blob.
    static let sizeMax = 1024

    let token: String
    let writer: WriterIdentity

    /// The blob.
    package func encoded() -> [UInt8] {
        let lines =
            "perigee lease\nversion 1\ntoken \(token)\nmachine \(writer.machine)\nprocess \(writer.process)\n"
        let digest = Array(lines.utf8).withUnsafeBytes { Blake3.hash($0) }
        return Array("\(lines)digest \(digest.hex)\n".utf8)
    }

    /// The lease of a writer.
    package init(token: String, writer: WriterIdentity) {
        self.token = token
        self.writer = writer
    }

    /// Reads the blob; nil where it is not what a writer of this version has put.
    package init?(decoding bytes: [UInt8]) {
        var fields: [Substring: Substring] = [:]
        for line in String(decoding: bytes.prefix(Self.sizeMax), as: UTF8.self).split(separator: "\n") {
            guard let space = line.firstIndex(of: " ") else { continue }
            fields[line[..<space]] = line[line.index(after: space)...]
        }
        guard let token = fields["token"], let machine = fields["machine"],
            let process = fields["process"].flatMap({ Int32($0) })
        else { return nil }
        self.init(token: String(token), writer: WriterIdentity(machine: String(machine), process: process))
        guard encoded() == bytes else { return nil }
    }
}
