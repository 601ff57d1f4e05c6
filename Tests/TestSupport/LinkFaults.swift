public import Model

/// What a simulated link does to the bytes that one side writes; offsets count from the first of them.
public struct LinkFaults: Sendable {
    /// Both directions end after so many bytes.
    public var cutAfter: Int?
    /// Bits of this byte are flipped.
    public var corruptAt: Int?
    /// Nothing is delivered after so many bytes, though writing goes on.
    public var silentAfter: Int?
    /// These bytes are left out.
    public var lost: Range<Int>?
    /// These bytes are delivered once more at their end.
    public var repeated: Range<Int>?
    /// How long each byte is under way.
    public var delay = Duration.zero
    /// How many bytes pass in a second; nil for any number.
    public var rate: ByteRate?
    /// Whether bytes are handed on in pieces of a few bytes, of lengths that the seed decides.
    public var isChoppy = false

    /// A link without faults.
    public init() {}
}
