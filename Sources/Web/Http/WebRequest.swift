internal import HTTPTypes
internal import Model

/// A request that was read whole.
struct WebRequest: Sendable {
    /// Tells it from all others in logs and problems.
    let id: String
    let method: HTTPRequest.Method
    /// The path without the query, as it was sent.
    let path: String
    /// What stands for the names in braces of the route, without escapes.
    var parameters: [String: String] = [:]
    /// The members of the query, without escapes.
    let query: [(name: String, value: String)]
    let headers: HTTPFields
    var body: [UInt8] = []
    /// Who asks.
    var caller = Caller.stranger
    /// The address of the other side.
    let address: String
    /// Whether it came over TLS.
    let isSecure: Bool
    let now: Timestamp
    /// Seconds of a clock that only goes forward.
    let uptime: Double

    /// The member of the query with a name, where it is there once.
    ///
    /// - Throws: `usage` where it is there several times.
    func query(_ name: String) throws -> String? {
        let found = query.filter { $0.name == name }
        guard found.count < 2 else {
            throw PerigeeError(.usage, "\(name) is there several times", at: name, remedy: "write it once")
        }
        return found.first?.value
    }

    /// The member of the query with a name, of 1 to `max` characters.
    func query(_ name: String, max: Int) throws -> String? {
        guard let text = try query(name) else { return nil }
        guard (1...max).contains(text.unicodeScalars.count) else {
            throw PerigeeError(
                .usage, "it is empty or too long", at: name, remedy: "write 1 to \(max) characters, or leave it away")
        }
        return text
    }

    /// The same, which must be there.
    ///
    /// - Parameter form: how its value is written.
    func neededQuery(_ name: String, max: Int, form: String) throws -> String {
        if let text = try query(name, max: max) { return text }
        throw PerigeeError(.usage, "\(name) is needed", at: name, remedy: "write \(form)")
    }

    /// A whole number of the query within a range.
    func number<Number: FixedWidthInteger & Sendable>(_ name: String, _ range: ClosedRange<Number>) throws -> Number? {
        guard let text = try query(name) else { return nil }
        guard let number = Number(text), range.contains(number), !text.hasPrefix("+") else {
            throw PerigeeError(
                .usage, "\"\(text.prefix(80))\" is no number that fits", at: name,
                remedy: "write a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// How many rows a page may have, as `limit` of the query says.
    func limit() throws -> Int { try number("limit", 1...1000) ?? 50 }

    /// Whether the query says `true` to something; false where it says nothing.
    func flag(_ name: String) throws -> Bool {
        switch try query(name) {
        case nil, "false": return false
        case "true": return true
        case let text?:
            throw PerigeeError(
                .usage, "\"\(text.prefix(80))\" is neither true nor false", at: name, remedy: "write true or false")
        }
    }

    /// The parameter of the path with a name of the route.
    func parameter(_ name: String) -> String { parameters[name] ?? "" }
}
