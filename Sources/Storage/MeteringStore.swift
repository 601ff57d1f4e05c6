/// A store that knows what it was asked for.
public protocol MeteringStore: BlobStore {
    /// What was counted so far.
    var meter: StoreMeter { get }
}
