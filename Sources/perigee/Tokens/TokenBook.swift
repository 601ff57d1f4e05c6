internal import Catalog
internal import Model
internal import Replication

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The tokens in the catalog of the state folder.
enum TokenBook {
    /// Where the catalog is.
    static func path(_ context: Context) -> String { "\(context.options.stateFolder)/catalog.sqlite" }

    /// Changes the tokens, and notes it in the audit log: what was refused too.
    static func change(
        _ context: Context, _ action: String, _ name: String, detail: String = "", _ body: (Catalog) throws -> Void
    ) throws {
        var end = path(context).startIndex
        let path = path(context)
        while let slash = path[end...].dropFirst().firstIndex(of: "/") {
            _ = mkdir(String(path[..<slash]), 0o700)
            end = slash
        }
        let catalog = try Catalog.open(path)
        defer { catalog.close() }
        var draft = AuditDraft(actor: "local:\(getuid())", action: action, subject: name, detail: detail)
        do {
            try body(catalog)
        } catch {
            draft.outcome = .failed
            draft.detail = "\(error)"
            try catalog.append(draft, at: SystemClock.now())
            throw error
        }
        try catalog.append(draft, at: SystemClock.now())
    }
}
