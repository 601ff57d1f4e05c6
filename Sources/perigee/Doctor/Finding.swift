/// One thing that the doctor looked at.
struct Finding: Encodable {
    /// How it is.
    enum Verdict: String, Encodable {
        /// As it should be.
        case good
        /// Works, but less well than it could.
        case fair
        /// Something essential is missing.
        case bad
    }

    /// What was looked at, in a word or two.
    let subject: String
    let verdict: Verdict
    /// What was found.
    let detail: String
    /// What to do; nil where nothing is.
    let remedy: String?

    init(_ subject: String, _ verdict: Verdict, _ detail: String, remedy: String? = nil) {
        self.subject = subject
        self.verdict = verdict
        self.detail = detail
        self.remedy = remedy
    }
}
