internal import Model
internal import Trust
internal import Wire

/// Takes grants: from those who give them, and from those who use them.
///
/// The channel is opened with a byte (1: the grant is announced by whoever signed it; 2: whom it names uses it on this
/// connection) and the grant. Where it is taken, the channel is finished; else it is reset with why.
struct GrantService: WireService {
    static let service = "grant"
    static let announcing: UInt8 = 1
    static let using: UInt8 = 2

    let name = GrantService.service
    private let desk: GrantDesk
    private let access: ExportAccess

    /// Takes grants for `desk`; those that are used widen `access`.
    init(_ desk: GrantDesk, _ access: ExportAccess) { (self.desk, self.access) = (desk, access) }

    func serve(_ channel: Channel) throws {
        let (what, grant) = try channel.opening.withUnsafeBytes { bytes in
            var fields = FieldReader(bytes, from: channel.peer)
            return (try fields.number(UInt8.self), Array(fields.rest()))
        }
        switch what {
        case Self.announcing: try desk.announce(grant, by: access.identity)
        case Self.using: access.widen(by: try desk.use(grant, by: access.identity))
        default:
            throw PerigeeError(
                .unsupported, "\(what) is nothing to do with a grant",
                remedy: "use the same version of perigee at both ends")
        }
        channel.finish()
        while try channel.receive() != nil {}
    }
}
