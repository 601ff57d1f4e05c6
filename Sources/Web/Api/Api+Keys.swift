internal import Catalog
internal import Configurations
internal import HTTPTypes
internal import Model

extension Api {
    /// New vaults, and what opens them.
    var keys: [Operation] {
        [
            Operation(
                method: .post, path: "/v1/vaults/{site}/init", id: "initVault",
                summary: "Make the vault of a site, opened by what the configuration says opens it.", tag: "vaults",
                scope: .admin, parameters: [Self.siteParameter], body: Self.vaultForm,
                answer: .init(status: 201, help: "It was made.", schema: "Vault"), isKeyed: true, isHeavy: true,
                problems: [404, 409, 422]
            ) { [self] request in
                let site = try site(request)
                let options = try vaultOptions(request)
                return try change(.initialize(site: site, options: options), "vault.init", site, "", request)
            },
            Operation(
                method: .post, path: "/v1/vaults/{site}/keys", id: "addKey",
                summary: "Let another secret open the vault of a site. The request names where the secret is kept.",
                tag: "vaults", scope: .admin, parameters: [Self.siteParameter], body: Self.keyForm,
                answer: .init(status: 201, help: "It opens the vault from now on.", schema: "Keys"), isKeyed: true,
                isHeavy: true, problems: [404, 409, 422]
            ) { [self] request in
                let site = try site(request)
                let (secret, label) = try newKey(request)
                return try change(
                    .addKey(site: site, secret: secret, label: label), "vault.key.add", site,
                    "opened by \(secret.reference)", request)
            },
            Operation(
                method: .delete, path: "/v1/vaults/{site}/keys/{key}", id: "removeKey",
                summary: "Let a passphrase or key file open the vault of a site no more. The vault is to be opened by "
                    + "another one.",
                tag: "vaults", scope: .admin,
                parameters: [
                    Self.siteParameter,
                    .init(name: "key", place: .path, help: "The ID of the key.", schema: .text("`4f2a91c07be3d815`")),
                ], answer: .init(help: "The keys that are left.", schema: "Keys"), isKeyed: true, isHeavy: true,
                problems: [404, 409, 422]
            ) { [self] request in
                let (site, key) = (try site(request), request.parameter("key"))
                guard (1...64).contains(key.utf8.count), key.allSatisfy({ $0.isHexDigit && $0.isASCII }) else {
                    throw PerigeeError(
                        .notFound, "there is no such key", at: String(key.prefix(80)),
                        remedy: "GET /v1/vaults/\(site)/keys lists what there is")
                }
                return try change(
                    .removeKey(site: site, key: key), "vault.key.remove", "\(site) \(key)", "", request, status: 200)
            },
        ]
    }

    /// Has a verb change something, once for a key of idempotency, and notes in the audit log who asked.
    func change(
        _ change: DeskChange, _ action: String, _ subject: String, _ detail: String, _ request: WebRequest,
        status: Int = 201
    ) throws -> WebAnswer {
        try keyed.once(request) {
            let document = try desk.noted(action, subject, detail, by: request.caller) {
                try Self.possible { try desk.perform(change) }
            }
            return WebAnswer(document: document, status: status)
        }
    }

    private static let vaultOptions: [ErrandOption] = [
        .text("average", "The mean size of chunks, a power of two from 4KiB to 1MiB; 64KiB else.", pattern: sizeForm) {
            ByteCount(parsing: $0) != nil
        },
        .words("cipher", ["aes-256-gcm", "chacha20-poly1305"], "What seals all that is stored; else what is fast."),
        .text("label", "What the first key is called in listings.", pattern: textPattern),
        .flag("single_writer", "Let one writer at a time into a vault in an object store."),
    ]

    private static let sizeForm = "^[0-9]{1,7}(B|KiB|MiB)$"

    private static let like = JSONSchema.text(
        "The site of a vault that cuts and names in the same way.", pattern: textPattern, max: 63, min: 1)

    private static let vaultForm = JSONSchema.object(
        "What it is to be, for good.", .init(vaultOptions.map { ($0.name, $0.schema) } + [("like", like)]),
        optional: Set(vaultOptions.map(\.name) + ["like"]))

    private func vaultOptions(_ request: WebRequest) throws -> [String] {
        var body = try BodyReader(request.body)
        var words = try Self.vaultOptions.flatMap { try $0.words(&body) }
        let (like, average) = (try body.plainText("like", max: 63), try body.plainText("average", max: 100))
        try body.finish()
        guard let like else { return words }
        try checkSite(like, "like")
        guard average == nil else {
            throw Problem(
                422,
                PerigeeError(
                    .usage, "like takes the mean size of chunks over", at: "average", remedy: "leave one of them away"))
        }
        words.append("--like=\(like):")
        return words
    }

    private static let reference = JSONSchema.text(
        "Where it is kept, as `serve.api.secrets` of the configuration lists it: `env:NAME`, `file:/path` or "
            + "`credential:NAME`.", pattern: "^(env|file|credential):[^\\x00]+$", max: 300, min: 5)

    private static let keyForm = JSONSchema.object(
        "What is to open it: one of `passphrase` and `key_file`.",
        [
            "passphrase": reference, "key_file": reference,
            "label": .text("What the key is called in listings.", pattern: textPattern, max: 100, min: 1),
        ], optional: ["passphrase", "key_file", "label"])

    private func newKey(_ request: WebRequest) throws -> (KeySource, label: String) {
        var body = try BodyReader(request.body)
        let sources = [
            try secret("passphrase", &body).map { KeySource.passphrase($0) },
            try secret("key_file", &body).map { KeySource.keyFile($0) },
        ].compactMap { $0 }
        let label = try body.plainText("label", max: 100)
        try body.finish()
        guard let source = sources.first, sources.count == 1 else {
            throw Problem(
                422,
                PerigeeError(
                    .usage, "one secret is needed", at: "body", remedy: "name one of passphrase and key_file"))
        }
        return (source, label ?? "")
    }

    /// The secret that a member names, which the configuration lets requests name.
    private func secret(_ name: String, _ body: inout BodyReader) throws -> SecretReference? {
        guard let text = try body.plainText(name, max: 300) else { return nil }
        guard let reference = SecretReference(parsing: text) else {
            throw Problem(
                422,
                PerigeeError(
                    .usage, "it says of no secret where it is kept", at: name,
                    remedy: "write env:NAME, file:/path or credential:NAME; never the secret itself"))
        }
        guard settings.current.secrets.contains(reference) else {
            throw PerigeeError(
                .refused, "the configuration does not let requests use this secret", at: "\(name): \(reference)",
                remedy: "list it below serve.api.secrets")
        }
        return reference
    }
}
