internal import Model
internal import Trust
internal import Wire

/// Passes bytes on to others.
///
/// The channel is opened with `host:port` (text); each message 1 is bytes of the connection, either way.
struct RelayService: WireService {
    static let service = "relay"

    let name = RelayService.service
    private let desk: RelayDesk
    private let site: SiteIdentity

    /// Passes bytes of `site` on as `desk` allows.
    init(_ desk: RelayDesk, for site: SiteIdentity) { (self.desk, self.site) = (desk, site) }

    func serve(_ channel: Channel) throws {
        let address = try channel.opening.withUnsafeBytes { bytes in
            var fields = FieldReader(bytes, from: channel.peer)
            let address = try fields.text(limit: 300)
            try fields.finish()
            return address
        }
        try desk.withStream(to: address, for: site) { stream in
            try ChannelPump(channel, stream, bytesMax: desk.table.bytesMax).run()
        }
    }
}
