internal import Catalog

/// Who makes a request.
struct Caller: Sendable, Hashable {
    /// How they have shown who they are.
    enum Way: Sendable, Hashable {
        /// Not at all.
        case none
        /// By a token.
        case token
        /// By the key of their site.
        case site
        /// By a login in the browser.
        case session(Session)
    }

    /// The name for the log and for rates: `token:ci`, `site:berlin`.
    let name: String
    /// The token; empty for strangers.
    let token: String
    /// What they may do.
    let scope: AccessToken.Scope?
    /// How they have shown who they are.
    let way: Way

    /// Somebody who has shown nothing.
    static let stranger = Caller(name: "stranger", token: "", scope: nil, way: .none)

    /// The login; nil where there is none.
    var session: Session? { if case .session(let session) = way { session } else { nil } }

    /// Whether they may do what needs `needed`.
    func may(_ needed: AccessToken.Scope) -> Bool { scope.map { $0.rank >= needed.rank } ?? false }
}

extension AccessToken.Scope {
    /// Each scope includes those of lower rank.
    var rank: Int {
        switch self {
        case .read: 0
        case .operate: 1
        case .admin: 2
        }
    }
}
