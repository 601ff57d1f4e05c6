internal import Web

extension TokenDocument {
    /// For people: the secret on a line of its own, so that it is easily copied.
    func text(_ title: String, _ style: Style) -> String {
        var block = TextBlock(title)
        if tokens.isEmpty { block.row("none", "perigee token add NAME --scope read") }
        for row in tokens {
            block.row(
                row.name, row.scope, row.state.rawValue, row.expires.map { "until \($0)" },
                row.lastUsed.map { "last used \($0)" })
            if let secret = row.secret { block.row("secret", secret) }
        }
        return block.rendered(style)
    }
}
