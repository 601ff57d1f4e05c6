internal import Model

/// Collects what is wrong in files of settings, so that all of it is told at once.
public final class SettingsFaults {
    /// One thing that is wrong.
    public struct Fault: Hashable, Sendable {
        /// Where.
        public var place: SettingsPlace
        /// What, in one sentence without a full stop.
        public var message: String
        /// What to write instead.
        public var remedy: String
    }

    /// So many are told; the rest are counted.
    public static let toldMax = 50

    /// All that was found, in the order in which it was found.
    public private(set) var all: [Fault] = []

    /// None yet.
    public init() {}

    /// Notes that something is wrong at `place`.
    public func add(_ place: SettingsPlace, _ message: String, remedy: String) {
        let fault = Fault(place: place, message: message, remedy: remedy)
        if !all.contains(fault) || all.count > Self.toldMax { all.append(fault) }
    }

    /// The value as a table whose keys are among `keys`; nil, and noted, where it is none.
    public func table(_ node: SettingsNode, keys: [String]) -> SettingsTable? {
        switch node.content {
        case .table(let members):
            for member in members where !keys.contains(member.key) {
                let near = Spelling.nearest(member.key, among: keys)
                add(
                    member.place, "there is no key \(member.key) here",
                    remedy: near.map { "did you mean \($0)?" } ?? "the keys are \(keys.joined(separator: ", "))")
            }
            return SettingsTable(place: node.place, members: members, faults: self)
        case .none: return SettingsTable(place: node.place, members: [], faults: self)
        case .scalar, .list:
            add(
                node.place, "a table is needed here",
                remedy: "write keys and values: \(keys.prefix(4).joined(separator: ": ..., ")): ...")
            return nil
        }
    }

    /// - Throws: `usage` with all faults, each with its place and remedy, in the order of the file.
    public func check() throws {
        guard let first = sorted.first else { return }
        let rest = sorted.dropFirst().prefix(Self.toldMax - 1).map { "\($0.place): \($0.message); \($0.remedy)" }
        var message = first.message
        if !rest.isEmpty {
            message += "; \(first.remedy)\n" + rest.dropLast().map { $0 + "\n" }.joined()
            let last = sorted[rest.count]
            message += "\(last.place): \(last.message)"
            if all.count > rest.count + 1 { message += "\n(and \(all.count - rest.count - 1) more)" }
            throw PerigeeError(.usage, message, at: "\(first.place)", remedy: last.remedy)
        }
        throw PerigeeError(.usage, message, at: "\(first.place)", remedy: first.remedy)
    }

    private var sorted: [Fault] {
        all.enumerated().sorted { a, b in
            (a.element.place.file, a.element.place.line, a.element.place.column, a.offset)
                < (b.element.place.file, b.element.place.line, b.element.place.column, b.offset)
        }.map(\.element)
    }
}
