internal import Hashing
internal import Trust

/// What is shown of a site's own identity.
struct IdentityDocument: Encodable {
    let schema = "perigee.identity/1"
    let identity: String
    let publicKey: String
    let path: String
    let former: String?

    /// The identity of `key`, which lies in `file`; with the place of an older key that was put aside.
    init(_ key: SiteKey, _ file: IdentityFile, former: String? = nil) {
        identity = "\(key.identity)"
        publicKey = Hexadecimal.encode(key.publicKey)
        path = file.path
        self.former = former
    }

    /// For people.
    func text(_ title: String, _ style: Style) -> String {
        var block = TextBlock(title)
        block.row("identity", identity)
        block.row("key", path)
        if let former { block.row("former", former) }
        block.row("next", "at the other site: perigee trust add NAME \(identity) --allow read,write")
        return block.rendered(style)
    }
}
