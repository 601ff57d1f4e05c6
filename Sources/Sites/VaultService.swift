public import Storage
internal import Vault
public import Wire

extension BlobService {
    /// Offers stores of vaults, in which it makes index segments where they are asked for; see ``init(make:open:)``.
    public static func vaults(
        open: @escaping @Sendable (_ path: String, _ create: Bool) throws -> any BlobStore
    ) -> BlobService {
        BlobService(make: { try SegmentMaker.make(in: $0, $1, by: $2, if: $3) }, open: open)
    }
}
