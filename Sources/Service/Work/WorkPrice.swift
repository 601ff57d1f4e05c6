internal import Scheduling

/// What the work of a run costs, as far as anybody says.
///
/// What nobody has priced is unknown, never nothing.
public enum WorkPrice: Sendable {
    /// It is priced: so many millionths of a dollar for bytes on the wire, writes and reads of stores.
    case known(@Sendable (_ bytes: UInt64, _ writes: UInt64, _ reads: UInt64) -> Int64?)
    /// Nobody says.
    case unknown(because: String)

    /// What so much has used, with its price as far as that is known.
    func spending(bytes: UInt64, writes: UInt64 = 0, reads: UInt64 = 0) -> Spending {
        guard case .known(let price) = self, let money = price(bytes, writes, reads) else {
            return Spending(bytes: bytes, unpricedBytes: bytes)
        }
        return Spending(bytes: bytes, microdollars: max(0, money))
    }
}
