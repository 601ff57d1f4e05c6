/// The first messages of a source's listing, sent before a destination has asked for them: so it can ask for files a round
/// trip sooner.
public struct ListingAhead: Sendable {
    /// The messages, as they are on the listing's channel.
    public let messages: [[UInt8]]

    /// What came along.
    ///
    /// - Throws: where it is more than a source sends ahead.
    public init(_ messages: [[UInt8]]) throws {
        guard Self.fits(messages) else {
            throw ExchangeFault.hostile("more of a listing than may come along with a job")
        }
        self.messages = messages
    }

    /// Whether `messages` are few and short enough.
    static func fits(_ messages: [[UInt8]]) -> Bool {
        (1...ExchangeLimits.messagesAhead).contains(messages.count)
            && messages.reduce(0) { $0 + $1.count } <= ExchangeLimits.listingAhead
    }

    /// Whether this is all of the listing.
    private var isComplete: Bool { messages.last?.first == ListingMessage.end.rawValue }

    /// How a destination takes the listing that begins with `ahead`, where something came along.
    ///
    /// - Parameter compares: whether it remembers something to compare with. A listing that is there as a whole need not be
    ///   compared.
    static func way(comparing compares: Bool, _ ahead: ListingAhead?) -> ListingBegin.Way {
        guard let ahead, ahead.isComplete || !compares else { return compares ? .compared : .whole }
        return .rest
    }
}
