/// Why a request was not let in, with what was known of it by then.
struct Refusal: Error {
    /// What is answered.
    var problem: Problem
    /// Who asked.
    var caller: Caller
    /// The path of the operation.
    var route: String
    /// What is answered instead, to people.
    var page: WebAnswer?
}
