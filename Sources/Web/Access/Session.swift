/// A login in a browser.
struct Session: Sendable, Hashable {
    /// What the cookie says; a secret.
    let secret: String
    /// What forms and scripts of our own pages say besides; a secret.
    let check: String
    /// The digest of the token that was logged in with.
    let token: [UInt8]
    /// It ends then, in seconds since 1970.
    let ends: Int64
}
