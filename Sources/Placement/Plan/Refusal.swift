/// Why a way cannot be taken.
struct Refusal: Hashable, Sendable {
    /// In a sentence.
    var reason: String
    /// The rule, where a policy said so.
    var denial: Denial?

    /// A reason that no policy gave.
    init(_ reason: String) { self.reason = reason }

    /// What a policy says.
    init(_ denial: Denial) {
        reason = denial.sentence
        self.denial = denial
    }
}
