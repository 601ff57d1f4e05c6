internal import Hashing
public import Model

/// What an object store was found to honour: found out by trying when a vault is made, and kept in it.
///
/// The blob `capabilities` is text, ten lines that end in a line feed each, in just this form and order:
///
/// ```
/// perigee capabilities
/// version 1
/// probed seconds since 1970
/// writers many or one
/// create honoured or ignored
/// replace quoted, unquoted or ignored
/// assemble honoured or ignored
/// checksums honoured or ignored
/// listing bytes or folders
/// digest the BLAKE3 of all lines above in hexadecimal digits
/// ```
public struct S3Capabilities: Hashable, Sendable {
    /// How many may write at once.
    public enum Writers: String, Sendable {
        /// Any number: refs are moved by conditional puts.
        case many
        /// One, who holds the vault's lease.
        case one
    }

    /// How the version that a put depends on is written.
    public enum Replacing: String, Sendable {
        /// `If-Match: "etag"`, as HTTP has it.
        case quoted
        /// `If-Match: etag`: the other form never matches.
        case unquoted
        /// The put goes through whatever is there.
        case ignored
    }

    /// In which order objects are listed.
    public enum Listing: String, Sendable {
        /// By the bytes of their names.
        case bytes
        /// Folder by folder, as if a slash were less than any other byte.
        case folders
    }

    /// The most bytes of the blob.
    public static let sizeMax = 1024

    /// When this was found out.
    public var probed: Timestamp
    /// How many may write at once.
    public var writers: Writers
    /// Whether a put with `If-None-Match: *` leaves alone what is there.
    public var creates: Bool
    /// How a put is made to depend on a version.
    public var replacing: Replacing
    /// Whether the completion of a multipart upload honours `If-None-Match: *`.
    public var assembles: Bool
    /// Whether `x-amz-checksum-sha256` is checked.
    public var checksums: Bool
    /// In which order objects are listed.
    public var listing: Listing

    /// Capabilities.
    public init(
        probed: Timestamp, writers: Writers, creates: Bool, replacing: Replacing, assembles: Bool, checksums: Bool,
        listing: Listing = .bytes
    ) {
        self.probed = probed
        self.writers = writers
        self.creates = creates
        self.replacing = replacing
        self.assembles = assembles
        self.checksums = checksums
        self.listing = listing
    }

    /// Whether any number of writers are safe.
    public var allowsManyWriters: Bool { creates && replacing != .ignored }

    /// The blob.
    public func encoded() -> [UInt8] {
        func word(_ isHonoured: Bool) -> String { isHonoured ? "honoured" : "ignored" }
        let lines =
            "perigee capabilities\nversion 1\nprobed \(probed.seconds)\nwriters \(writers.rawValue)\n"
            + "create \(word(creates))\nreplace \(replacing.rawValue)\nassemble \(word(assembles))\n"
            + "checksums \(word(checksums))\nlisting \(listing.rawValue)\n"
        let digest = Array(lines.utf8).withUnsafeBytes { Blake3.hash($0) }
        return Array("\(lines)digest \(digest.hex)\n".utf8)
    }

    /// Reads the blob that was found at `place`.
    ///
    /// - Throws: `format` where a newer program wrote it, `damaged` where it is not what was written.
    public init(decoding bytes: [UInt8], at place: String) throws(PerigeeError) {
        let remedy = "remove this blob: the next run finds out anew what the store honours"
        var fields: [Substring: Substring] = [:]
        for line in String(decoding: bytes.prefix(Self.sizeMax), as: UTF8.self).split(separator: "\n") {
            guard let space = line.firstIndex(of: " ") else { continue }
            fields[line[..<space]] = line[line.index(after: space)...]
        }
        if let version = fields["version"].flatMap({ UInt32($0) }), version > 1 {
            throw PerigeeError(
                .format, "the store's capabilities have format version \(version); this program reads 1", at: place,
                remedy: "use a newer perigee")
        }
        guard let seconds = fields["probed"].flatMap({ Int64($0) }),
            let writers = fields["writers"].flatMap({ Writers(rawValue: String($0)) }),
            let replacing = fields["replace"].flatMap({ Replacing(rawValue: String($0)) }),
            let listing = fields["listing"].flatMap({ Listing(rawValue: String($0)) })
        else {
            throw PerigeeError(.damaged, "the store's capabilities lack a field", at: place, remedy: remedy)
        }
        self.init(
            probed: Timestamp(seconds: seconds), writers: writers, creates: fields["create"] == "honoured",
            replacing: replacing, assembles: fields["assemble"] == "honoured",
            checksums: fields["checksums"] == "honoured", listing: listing)
        guard encoded() == bytes else {
            throw PerigeeError(
                .damaged, "the store's capabilities are not what was written", at: place, remedy: remedy)
        }
    }
}
