/// Why a way cannot be taken.
struct Refusal: Hashable, Sendable {
    /// In a sentence.
    var reason: String
    /// The rule, where a policy said so.
    var denial: Denial?

    /// A reason that no policy gave.
    init(_ reason: String) { self.reason = reason }

    /// What a policy says, and why it was asked where that needs a word.
    init(_ denial: Denial, _ why: String? = nil) {
        reason = denial.sentence + (why.map { "; " + $0 } ?? "")
        self.denial = denial
    }
}
