internal import FoundationEssentials
internal import Model

/// The list of whom a site trusts as it lies in its file: one JSON document.
///
/// All or nothing is read: a part of a list that is damaged could leave somebody more than they may.
enum TrustFile {
    private static let schema = "perigee.trust-file/1"

    private struct Document: Codable {
        var schema: String
        var peers: [Peer]
    }

    private struct Peer: Codable {
        var name: String
        var identity: String
        var at: [String]
        var allow: [TrustEntry.Right]
        var exports: [String]?
        var added: String
    }

    /// `entries` as the file's bytes.
    static func encode(_ entries: [TrustEntry]) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        let peers = entries.map { entry in
            Peer(
                name: entry.name, identity: "\(entry.identity)", at: entry.addresses, allow: entry.rights.sorted(),
                exports: entry.exports.map { $0.sorted() }, added: entry.added.rfc3339)
        }
        return Array(try encoder.encode(Document(schema: schema, peers: peers))) + [10]
    }

    /// The entries in the bytes of the file at `path`.
    static func decode(_ bytes: [UInt8], at path: String) throws -> [TrustEntry] {
        do {
            let document = try JSONDecoder().decode(Document.self, from: Data(bytes))
            guard document.schema == schema else { throw Unknown(what: "schema \(document.schema)") }
            guard document.peers.count <= TrustEntry.countMax else { throw Unknown(what: "too many entries") }
            return try document.peers.map { peer in
                guard let added = Timestamp(rfc3339: peer.added) else { throw Unknown(what: "instant \(peer.added)") }
                return try TrustEntry(
                    name: peer.name, identity: SiteIdentity(parsing: peer.identity), addresses: peer.at,
                    rights: Set(peer.allow), exports: peer.exports.map { Set($0) }, added: added)
            }
        } catch {
            throw PerigeeError(
                .format, "it is no list of trusted sites", at: path,
                remedy: "mend it, or remove it and add the sites again with perigee trust add", cause: error)
        }
    }

    private struct Unknown: Error, CustomStringConvertible {
        let what: String
        var description: String { "unknown: \(what)" }
    }
}
