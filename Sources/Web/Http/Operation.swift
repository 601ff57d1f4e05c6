internal import Catalog
internal import HTTPTypes

/// Something that can be asked of the API: the route and its description in one value, so that they agree.
struct Operation: Sendable {
    /// What answers; called on a thread that may block.
    typealias Handler = @Sendable (WebRequest) throws -> WebAnswer

    /// A parameter.
    struct Parameter: Sendable {
        /// Where it stands.
        enum Place: String, Sendable { case path, query, header }

        let name: String
        let place: Place
        let help: String
        let schema: JSONSchema
        /// Whether it must be there; those of the path always must.
        var isNeeded = false
    }

    let method: HTTPRequest.Method
    /// The path, with the names of parameters in braces.
    let path: String
    /// Its name in the document.
    let id: String
    let summary: String
    /// The word below which it is listed.
    let tag: String
    /// What is needed for it; nil where anybody may.
    var scope: AccessToken.Scope?
    var parameters: [Parameter] = []
    /// What its body is to be; nil where it takes none.
    var body: JSONSchema?
    /// What it answers when all is well.
    var answer: Answer
    /// Whether a key of idempotency is heeded.
    var isKeyed = false
    /// Whether it takes long, and only some may be made at once.
    var isHeavy = false
    /// Whether it is a page for people: whoever is not known is led to the login.
    var isPage = false
    /// Whether its body is a form of a page.
    var isForm = false
    /// Whether it is for everybody where the settings say so.
    var isMetrics = false
    /// Whether unknown members of the query are refused.
    var isStrict: Bool { !isPage }
    /// What can go wrong besides what can always go wrong.
    var problems: [Int] = []
    var handler: Handler

    /// What an operation answers.
    struct Answer: Sendable {
        var status = 200
        var type = "application/json"
        var help: String
        /// The name of the schema below components; nil for what is no JSON.
        var schema: String?
    }

    /// The parts of the path.
    var parts: [Substring] { path.split(separator: "/", omittingEmptySubsequences: true) }
}
