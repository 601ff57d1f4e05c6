internal import Model
public import Wire

/// Tells another site what it may reach.
///
/// The channel is opened with the name of an export (text), or an empty one for all. Each that the site may know of is
/// answered by a message 1: what it is (1: 1 a tree, 2 a vault), what the site may do (1: the sum of 1 read and 2 write), its
/// name, and the dataset where only one is meant (texts).
public struct ExportService: WireService {
    static let service = "exports"
    static let answer: UInt8 = 1

    /// The service's name.
    public let name = ExportService.service
    private let access: ExportAccess

    /// Tells what `access` allows.
    public init(_ access: ExportAccess) { self.access = access }

    /// Answers the question that the channel was opened with.
    public func serve(_ channel: Channel) throws {
        let wanted = try channel.opening.withUnsafeBytes { bytes in
            var fields = FieldReader(bytes, from: channel.peer)
            let wanted = try fields.text(limit: WireLimits.openingMax)
            try fields.finish()
            return wanted
        }
        let found = wanted.isEmpty ? try access.visible() : try access.info(wanted).map { [$0] } ?? []
        for info in found { try channel.send(Self.answer, Self.encode(info)) }
        channel.finish()
        // Until the other site has read all of it: then nothing is cut off.
        while try channel.receive() != nil {}
    }

    private static func encode(_ info: ExportInfo) -> [UInt8] {
        var out = FieldWriter()
        var dataset = ""
        switch info.kind {
        case .tree: out.number(UInt8(1))
        case .vault(let name):
            out.number(UInt8(2))
            dataset = name ?? ""
        }
        out.number(UInt8((info.reads ? 1 : 0) + (info.writes ? 2 : 0)))
        out.text(info.name)
        out.text(dataset)
        return out.bytes
    }
}
