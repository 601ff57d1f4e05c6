internal import Model

/// A value of a configuration that knows where it stands: a node of YAML or JSON.
///
/// Whoever reads files adopts this, and can hand its nodes to ``ScheduleSpecification/init(name:_:zones:zone:extra:)``.
public protocol PlainValue {
    /// The text of a scalar, as it is written, without quotes; nil for lists and mappings.
    var plainText: String? { get }
    /// The elements of a list; nil for anything else.
    var plainItems: [Self]? { get }
    /// The members of a mapping in the order in which they stand; nil for anything else.
    var plainMembers: [(name: String, place: String, value: Self)]? { get }
    /// Where it stands: `perigee.yaml:12:8`.
    var plainPlace: String { get }
}

/// Reads the members of a mapping by their names, each once, and knows which were not asked for.
struct PlainReader<Value: PlainValue> {
    private let place: String
    private var members: [String: Value] = [:]
    private var order: [(name: String, place: String)] = []
    private var asked = Set<String>()

    init(_ value: Value, what: String) throws(PerigeeError) {
        place = value.plainPlace
        guard let members = value.plainMembers else {
            throw PerigeeError(.usage, "\(what) is no mapping", at: place, remedy: "write its members as name: value")
        }
        for member in members {
            guard self.members.updateValue(member.value, forKey: member.name) == nil else {
                throw PerigeeError(
                    .usage, "\(member.name) stands here twice", at: member.place, remedy: "take one of the two away")
            }
            order.append((member.name, member.place))
        }
    }

    /// The member with a name.
    mutating func value(_ name: String) -> Value? {
        asked.insert(name)
        return members[name]
    }

    /// The text of a member, made into something else by `make`.
    mutating func scalar<Result>(
        _ name: String, _ expected: String, _ make: (String) -> Result?
    ) throws(PerigeeError) -> Result? {
        guard let value = value(name) else { return nil }
        guard let text = value.plainText, let result = make(text) else {
            let found = value.plainText.map { "\"\($0)\" is no" } ?? "there is no"
            throw PerigeeError(.usage, "\(found) value for \(name)", at: value.plainPlace, remedy: "write \(expected)")
        }
        return result
    }

    /// Refuses members that nobody asked for.
    func refuseOthers() throws(PerigeeError) {
        for member in order where !asked.contains(member.name) {
            throw PerigeeError(
                .usage, "\(member.name) is not known here", at: member.place,
                remedy: "known are \(asked.sorted().joined(separator: ", "))")
        }
    }
}
