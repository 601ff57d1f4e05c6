/// What a side can do beyond what every side of this version of the protocol can: bits of ``Hello/features``.
///
/// Whoever speaks to a side without one does the same in the way that all know.
public struct WireFeatures: OptionSet, Sendable {
    /// The bits as they are in a hello; those that are not known here are passed over.
    public let rawValue: UInt64

    /// The features of these bits.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// The service `blobs` takes packs shortly: records without what it can write itself, and no directory.
    public static let shortPacks = WireFeatures(rawValue: 1)

    /// The service `blobs` makes index segments of what it has, or says that it does not.
    public static let segments = WireFeatures(rawValue: 2)

    /// The service `blobs` puts a blob, where that is asked, only if the one before it on its channel was put.
    public static let turns = WireFeatures(rawValue: 4)

    /// All that this program can.
    public static let all: WireFeatures = [.shortPacks, .segments, .turns]
}
