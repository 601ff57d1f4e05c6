public import Model

/// The values of a table by name; what cannot be read is noted as a fault, and nil is returned.
public struct SettingsTable {
    /// Where the table stands.
    public let place: SettingsPlace
    private let members: [SettingsNode.Member]
    private let faults: SettingsFaults

    init(place: SettingsPlace, members: [SettingsNode.Member], faults: SettingsFaults) {
        self.place = place
        self.members = members
        self.faults = faults
    }

    /// Whether something is written at `key`.
    public func has(_ key: String) -> Bool { node(key) != nil }

    /// The value at `key`; nil where nothing is written.
    public func node(_ key: String) -> SettingsNode? {
        guard let node = members.first(where: { $0.key == key })?.value else { return nil }
        if case .none = node.content { return nil }
        return node
    }

    /// The place of the value at `key`, or of the table where there is none.
    public func place(_ key: String) -> SettingsPlace { node(key)?.place ?? place }

    /// Notes a fault where nothing is written at `key`; true where something is.
    @discardableResult
    public func require(_ key: String, remedy: String? = nil) -> Bool {
        if has(key) { return true }
        faults.add(place, "\(key) is missing", remedy: remedy ?? "add \(key)")
        return false
    }

    /// The text at `key`.
    public func text(_ key: String) -> String? { node(key).flatMap { text($0) } }

    /// The text at `key`, which is one line.
    public func word(_ key: String) -> String? {
        value(key, "one line") { $0.contains(where: \.isNewline) ? nil : $0 }
    }

    /// The number at `key`, which lies in `range`.
    public func number(_ key: String, _ range: ClosedRange<Double>) -> Double? {
        value(key, "a number from \(range.lowerBound) to \(range.upperBound)") { text in
            guard let number = Double(text), range.contains(number) else { return nil }
            return number
        }
    }

    /// The whole number at `key`, which lies in `range`.
    public func count(_ key: String, _ range: ClosedRange<Int>) -> Int? {
        value(key, "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// The size at `key`: `64KiB`, `1.5 GB`, a bare number of bytes.
    public func size(_ key: String) -> ByteCount? {
        value(key, "a size such as 64KiB or 10TB", ByteCount.init(parsing:))
    }

    /// The rate at `key`: `1Gbit/s`, `50MB/s`.
    public func rate(_ key: String) -> ByteRate? {
        value(key, "a rate such as 1Gbit/s or 50MB/s", ByteRate.init(parsing:))
    }

    /// The span of time at `key` in seconds: `90s`, `4h`, `1h30m`, `20ms`.
    public func seconds(_ key: String) -> Double? {
        value(key, "a time such as 90s, 4h, 10d or 20ms", Self.seconds(parsing:))
    }

    /// The share at `key`, from 0 to 1: `0.25`, `25%`.
    public func share(_ key: String) -> Double? { value(key, "a share such as 0.25 or 25%", Self.share(parsing:)) }

    /// The yes or no at `key`.
    public func flag(_ key: String) -> Bool? {
        value(key, "true or false") { ["true": true, "yes": true, "false": false, "no": false][$0] }
    }

    /// The values in the list at `key`; a single value counts as a list of one.
    public func list(_ key: String) -> [SettingsNode] {
        guard let node = node(key) else { return [] }
        if case .list(let items) = node.content { return items }
        return [node]
    }

    /// The texts in the list at `key`.
    public func texts(_ key: String) -> [String] { list(key).compactMap { text($0) } }

    /// The named values of the table at `key`, in the order of the file.
    public func members(_ key: String) -> [SettingsNode.Member] {
        guard let node = node(key) else { return [] }
        if case .table(let members) = node.content { return members }
        faults.add(node.place, "a table of names is needed here", remedy: "write each as name: value")
        return []
    }

    /// What `read` makes of the text at `key`; noted as a fault where it makes nothing of it.
    public func value<Value>(_ key: String, _ wanted: String, _ read: (String) -> Value?) -> Value? {
        guard let node = node(key), let text = text(node) else { return nil }
        if let value = read(text) { return value }
        let shown = TreePath.printable(text.utf8)
        faults.add(node.place, "\"\(shown)\" is not \(wanted)", remedy: "write \(wanted)")
        return nil
    }

    /// The text of `node`.
    public func text(_ node: SettingsNode) -> String? {
        if case .scalar(let text) = node.content { return text }
        faults.add(node.place, "a single value is needed here", remedy: "write one word, number or text")
        return nil
    }

    /// Reads a span of time: what ``Period`` reads, and fractions and milliseconds besides; nil where it is none.
    public static func seconds(parsing text: String) -> Double? {
        if let period = Period(parsing: text) { return Double(period.seconds) }
        guard let value = Quantity(parsing: text) else { return nil }
        let units: [String: Double] = ["ms": 1e-3, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400, "w": 604_800]
        return units[value.unit].map { value.number * $0 }.flatMap { $0.isFinite ? $0 : nil }
    }

    /// Reads a share; nil where it is none from 0 to 1.
    public static func share(parsing text: String) -> Double? {
        let isPercent = text.hasSuffix("%")
        guard let number = Double(isPercent ? String(text.dropLast()) : text) else { return nil }
        let share = isPercent ? number / 100 : number
        return (0...1).contains(share) ? share : nil
    }
}
