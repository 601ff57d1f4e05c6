internal import HTTPTypes

/// Which operation a request is for.
struct RouteTable: Sendable {
    /// What is found for a path.
    enum Match: Sendable {
        /// An operation, and what stands for the names in its path.
        case operation(Operation, [String: String])
        /// There are operations for the path, with these methods only.
        case others([HTTPRequest.Method])
        /// Nothing.
        case none
    }

    /// All operations, in the order in which they are described.
    let operations: [Operation]
    private let places: [Int: [(parts: [Substring], index: Int)]]

    /// A table of operations.
    init(_ operations: [Operation]) {
        self.operations = operations
        places = Dictionary(
            grouping: operations.enumerated().map { (parts: $0.element.parts, index: $0.offset) }, by: \.parts.count)
    }

    /// What `path` with `method` is for; HEAD is for what GET is for.
    func match(_ method: HTTPRequest.Method, _ path: String) -> Match {
        guard path.utf8.first == UInt8(ascii: "/") else { return .none }
        let parts = path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .map { Substring($0) }
        let asked = parts == [""] ? [] : parts
        var others: [HTTPRequest.Method] = []
        for place in places[asked.count] ?? [] {
            guard let parameters = Self.parameters(place.parts, asked) else { continue }
            let operation = operations[place.index]
            if operation.method == method || (method == .head && operation.method == .get) {
                return .operation(operation, parameters)
            }
            others.append(operation.method)
        }
        return others.isEmpty ? .none : .others(others)
    }

    private static func parameters(_ pattern: [Substring], _ asked: [Substring]) -> [String: String]? {
        var out: [String: String] = [:]
        for (pattern, part) in zip(pattern, asked) {
            if pattern.first == "{" {
                guard !part.isEmpty, let text = WebTarget.decoded(part.utf8) else { return nil }
                out[String(pattern.dropFirst().dropLast())] = text
            } else if pattern != part {
                return nil
            }
        }
        return out
    }
}
