/// One thing that an object store does as it should, or does not.
public struct S3Trait: Hashable, Sendable {
    /// What was tried.
    public enum Name: String, Sendable, CaseIterable {
        /// The bucket answers, and gives what is put.
        case reachable
        /// All objects are listed, page by page, in one of the orders that are known.
        case order
        /// Ranges are given exactly.
        case ranges
        /// A put with `If-None-Match: *` is refused where something is there, and of several at once one goes through.
        case create = "conditional create"
        /// A put with `If-Match` goes through on that version only, and of several at once one goes through.
        case replace = "conditional replace"
        /// The completion of an upload in parts is refused where something is there.
        case assemble = "conditional assembly"
        /// Bytes that are not those of their checksum are refused.
        case checksums
        /// What is deleted is gone, and deleting it again is no error.
        case deletes
        /// Its clock agrees with this machine's.
        case clock
    }

    /// What was tried.
    public let name: Name
    /// Whether it is as it should be.
    public let isHonoured: Bool
    /// What was seen, in a few words.
    public let detail: String

    init(_ name: Name, _ isHonoured: Bool, _ detail: String) {
        self.name = name
        self.isHonoured = isHonoured
        self.detail = detail
    }
}
