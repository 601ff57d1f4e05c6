internal import Model
internal import Trust

/// What is shown of the sites that this one trusts.
struct TrustDocument: Encodable {
    let schema = "perigee.trust/1"
    let peers: [Peer]

    /// One of them.
    struct Peer: Encodable {
        let name: String
        let identity: String
        let at: [String]
        let allow: [TrustEntry.Right]
        let exports: [String]?
        let added: String

        init(_ entry: TrustEntry) {
            name = entry.name
            identity = "\(entry.identity)"
            at = entry.addresses
            allow = entry.rights.sorted()
            exports = entry.exports.map { $0.sorted() }
            added = entry.added.rfc3339
        }
    }

    init(_ entries: [TrustEntry]) { peers = entries.map { Peer($0) } }

    /// For people: each with its whole identity on a line of its own, since that is what is compared.
    func text(_ title: String, _ style: Style) -> String {
        var block = TextBlock(title)
        if peers.isEmpty { block.row("none", "perigee trust add NAME IDENTITY --allow read") }
        for peer in peers {
            block.row(peer.name, peer.identity)
            block.row(
                "", Self.rights(peer),
                peer.at.isEmpty ? nil : "at " + peer.at.joined(separator: ", "), "since \(peer.added)")
        }
        return block.rendered(style)
    }

    private static func rights(_ peer: Peer) -> String {
        guard !peer.allow.isEmpty else { return "may do nothing here" }
        let exports = peer.exports.map { " of " + $0.joined(separator: ", ") } ?? " of all exports"
        // What is passed on has nothing to do with exports.
        let isRelayAlone = peer.allow.allSatisfy { $0 == .relay }
        return "may " + peer.allow.map(\.rawValue).joined(separator: ", ") + (isRelayAlone ? "" : exports)
    }
}
