internal import Model
internal import Trust
public import Wire

/// Asks an agent what this site may reach there.
public struct ExportQuery: Sendable {
    private let connection: Connection

    /// Asks by way of `connection`.
    public init(_ connection: Connection) { self.connection = connection }

    /// What the agent says of the export `name`.
    ///
    /// - Throws: `notFound` where this site may not know of it, or there is none.
    public func info(_ name: String) throws -> ExportInfo {
        guard let info = try ask(name).first, info.name == name else {
            throw PerigeeError(
                .notFound, "nothing called \(name) is exported to this site", at: connection.peer,
                remedy: "check the name; the agent's owner names exports with --export and sites with perigee trust add"
            )
        }
        return info
    }

    /// All that this site may reach there.
    public func all() throws -> [ExportInfo] { try ask("") }

    private func ask(_ name: String) throws -> [ExportInfo] {
        var opening = FieldWriter()
        opening.text(name)
        let channel = try connection.open(ExportService.service, opening.bytes)
        channel.finish()
        var found: [ExportInfo] = []
        while let message = try channel.receive() {
            guard message.kind == ExportService.answer, found.count < ExportTable.countMax else { throw senseless() }
            found.append(try message.withBytes { try decode($0) })
        }
        return found
    }

    private func decode(_ bytes: UnsafeRawBufferPointer) throws -> ExportInfo {
        var fields = FieldReader(bytes, from: connection.peer)
        let (kind, access) = (try fields.number(UInt8.self), try fields.number(UInt8.self))
        let (name, dataset) = (try fields.text(limit: TrustEntry.nameMax), try fields.text(limit: 255))
        try fields.finish()
        guard kind == 1 || kind == 2, access <= 3, TrustEntry.isName(name), Self.isPlain(dataset) else {
            throw senseless()
        }
        return ExportInfo(
            name: name, kind: kind == 1 ? .tree : .vault(dataset: dataset.isEmpty ? nil : dataset),
            reads: access & 1 != 0, writes: access & 2 != 0)
    }

    /// Whether a text of the other side can be shown and named.
    private static func isPlain(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f }
    }

    private func senseless() -> PerigeeError {
        PerigeeError(
            .format, "it does not answer as an agent does that is asked for its exports", at: connection.peer,
            remedy: "use the same version of perigee at both ends")
    }
}
