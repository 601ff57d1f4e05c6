internal import Files
internal import Model
public import Storage

/// Offers blob stores to the other side, such as that of a vault: as they are, without the vault's keys.
public struct BlobService: WireService {
    /// The service's name.
    public let name = BlobWire.service
    private let open: @Sendable (_ path: String, _ create: Bool) throws -> any BlobStore
    private let make: Maker?

    /// Makes the blob of this key in a store by a recipe; gives nil where it cannot, or another blob would come of it.
    public typealias Maker =
        @Sendable (
            _ store: any BlobStore, _ key: BlobKey, _ recipe: BlobRecipe, _ condition: PutCondition
        ) throws -> BlobVersion?

    /// Offers the stores that `open` opens: for a path that the other side names, which may ask to have it made.
    ///
    /// What it may open is for `open` to decide; it throws what is to be refused. Where nothing is to `make` blobs, the other
    /// side puts them.
    public init(
        make: Maker? = nil, open: @escaping @Sendable (_ path: String, _ create: Bool) throws -> any BlobStore
    ) {
        self.open = open
        self.make = make
    }

    /// Answers requests until the other side has no more.
    public func serve(_ channel: Channel) throws {
        let store = try channel.opening.withUnsafeBytes { bytes in
            var fields = FieldReader(bytes, from: channel.peer)
            let create = try fields.number(UInt8.self) != 0
            let path = try fields.text(limit: Int(UInt16.max))
            try fields.finish()
            return try open(path, create)
        }
        let session = BlobSession(store, channel, make)
        while let message = try channel.receive() { try session.answer(message) }
    }
}
