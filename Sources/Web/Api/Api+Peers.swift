internal import Catalog
internal import HTTPTypes
internal import Model
internal import Trust

extension Api {
    /// Who this site is to others, and whom it trusts.
    var peers: [Operation] {
        [
            Operation(
                method: .get, path: "/v1/identity", id: "getIdentity", summary: "Who this site is to others.",
                tag: "peers", scope: .read, answer: .init(help: "The identity.", schema: "Identity"), isHeavy: true,
                problems: [404]
            ) { [desk] _ in
                do {
                    return WebAnswer(document: try desk.document(.identity))
                } catch let fault as PerigeeError where fault.code == .key {
                    throw PerigeeError(.notFound, fault.message, at: fault.place, remedy: "POST /v1/identity makes one")
                }
            },
            Operation(
                method: .post, path: "/v1/identity", id: "makeIdentity",
                summary: "Make the key of this site, where it has none.", tag: "peers", scope: .admin,
                answer: .init(status: 201, help: "It was made.", schema: "Identity"), isKeyed: true, isHeavy: true
            ) { [self] request in try change(.makeIdentity, "identity.new", "this site", "", request) },
            Operation(
                method: .get, path: "/v1/trust", id: "listTrust", summary: "The sites that this one trusts.",
                tag: "peers", scope: .read, answer: .init(help: "The sites.", schema: "Trust"), isHeavy: true
            ) { [self] _ in try answer(.trust) },
            Operation(
                method: .post, path: "/v1/trust", id: "addTrust",
                summary: "Trust a site: let it in, reach it, or both.", tag: "peers", scope: .admin,
                body: Self.trustForm, answer: .init(status: 201, help: "It is trusted.", schema: "Trust"),
                isKeyed: true, isHeavy: true
            ) { [self] request in
                let wish = try trustWish(request)
                let detail = "\(wish.identity) may \(wish.allow.joined(separator: ","))"
                return try change(.trust(wish), "trust.add", wish.name, String(detail.prefix(512)), request)
            },
            Operation(
                method: .delete, path: "/v1/trust/{peer}", id: "removeTrust", summary: "Trust a site no more.",
                tag: "peers", scope: .admin,
                parameters: [
                    .init(name: "peer", place: .path, help: "What it is called here.", schema: .text("`laptop`"))
                ], answer: .init(help: "It was trusted until now.", schema: "Trust"), isKeyed: true, isHeavy: true,
                problems: [404]
            ) { [self] request in
                let name = request.parameter("peer")
                guard Self.isName(name), name.utf8.count <= TrustEntry.nameMax else {
                    throw PerigeeError(
                        .notFound, "no site of this name is trusted", at: String(name.prefix(80)),
                        remedy: "see GET /v1/trust")
                }
                return try change(.distrust(name), "trust.remove", name, "", request, status: 200)
            },
        ]
    }

    private static let rights = TrustEntry.Right.allCases.map(\.rawValue)

    private static let trustForm = JSONSchema.object(
        "Which site, and with what. One of `at` and `allow` is needed.",
        [
            "name": .text("What to call it.", pattern: nameForm, max: TrustEntry.nameMax, min: 1),
            "identity": .text(
                "Its identity, as `perigee identity` prints it there.", pattern: "^[A-Z2-7-]+$", max: 200, min: 1),
            "at": .list(
                .text("`host:port`", pattern: addressForm, max: 300, min: 1), "Where it is reached.",
                max: TrustEntry.listMax),
            "allow": .list(.words(rights, "A right."), "What it may do here.", max: rights.count),
            "exports": .list(
                .text("An export.", pattern: nameForm, max: TrustEntry.nameMax, min: 1),
                "The exports that this is for; else all.", max: TrustEntry.listMax),
            "replace": .flag("Put it in the place of the one that has the name."),
        ], optional: ["at", "allow", "exports", "replace"])

    private static let nameForm = "^[A-Za-z0-9][A-Za-z0-9._-]*$"
    private static let addressForm = "^[A-Za-z0-9\\[][A-Za-z0-9.:\\[\\]-]*$"

    private func trustWish(_ request: WebRequest) throws -> TrustWish {
        var body = try BodyReader(request.body)
        let name = try body.neededText("name", max: TrustEntry.nameMax)
        let identity = try body.neededText("identity", max: 200)
        func texts(_ name: String, max: Int, _ isGood: (String) -> Bool) throws -> [String] {
            try body.list(name, max: max).map { value in
                let text = try BodyReader.plainText(value, name, max: 300)
                guard isGood(text) else { throw BodyReader.fault(name, "a list as the API describes it") }
                return text
            }
        }
        let wish = TrustWish(
            name: name, identity: identity,
            at: try texts("at", max: TrustEntry.listMax, Self.isAddress),
            allow: try texts("allow", max: Self.rights.count) { Self.rights.contains($0) },
            exports: try texts("exports", max: TrustEntry.listMax) { Self.isName($0) },
            replaces: try body.flag("replace") ?? false)
        try body.finish()
        guard Self.isName(name) else { throw BodyReader.fault("name", "a name of letters, digits, dots and dashes") }
        guard identity.utf8.allSatisfy(Self.isOfIdentity) else { throw BodyReader.fault("identity", "an identity") }
        return wish
    }

    private static func isOfIdentity(_ byte: UInt8) -> Bool {
        (0x41...0x5a).contains(byte) || (0x32...0x37).contains(byte) || byte == UInt8(ascii: "-")
    }

    private static func isAddress(_ text: String) -> Bool {
        !text.hasPrefix("-") && !text.hasPrefix(".") && !text.hasPrefix(":") && !text.hasPrefix("]")
            && text.utf8.allSatisfy { byte in
                isLetterOrDigit(byte) || [":", ".", "-", "[", "]"].contains(Character(UnicodeScalar(byte)))
            }
    }
}
