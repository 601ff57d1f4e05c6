import Foundation
import Testing

/// A checker of JSON documents for the words of JSON Schema that `Config/schemas` uses.
struct SchemaCheck {
    private let root: [String: Any]

    /// The schema in a file of `Config/schemas`.
    init(_ name: String, file: String = #filePath) throws {
        let top = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let data = try Data(contentsOf: top.appendingPathComponent("Config/schemas/\(name)"))
        root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    /// What is wrong with `document`, each with its place; nothing where it is as the schema says.
    func faults(_ document: Any) -> [String] { faults(document, root, "$") }

    /// The members of `document` that the schema does not name.
    func unknownMembers(of document: [String: Any]) -> [String] {
        let known = root["properties"] as? [String: Any] ?? [:]
        return document.keys.filter { known[$0] == nil }.sorted()
    }

    private func faults(_ value: Any, _ schema: [String: Any], _ place: String) -> [String] {
        if let reference = schema["$ref"] as? String { return faults(value, definition(reference), place) }
        var out = [String]()
        if let wanted = schema["const"], !equal(wanted, value) { out.append("\(place): not \(wanted)") }
        if let wanted = schema["enum"] as? [Any], !wanted.contains(where: { equal($0, value) }) {
            out.append("\(place): \(value) is none of \(wanted)")
        }
        if let type = schema["type"],
            !((type as? [String]) ?? [type as? String ?? ""]).contains(where: { has(value, $0) })
        {
            return out + ["\(place): \(value) is no \(type)"]
        }
        if let choices = schema["oneOf"] as? [[String: Any]],
            choices.filter({ faults(value, $0, place).isEmpty }).count != 1
        {
            out.append("\(place): fits not exactly one form")
        }
        if let pattern = schema["pattern"] as? String, let text = value as? String,
            text.range(of: pattern, options: .regularExpression) == nil
        {
            out.append("\(place): \(text) does not match \(pattern)")
        }
        if let number = value as? NSNumber, has(value, "number") {
            if let least = schema["minimum"] as? NSNumber, number.doubleValue < least.doubleValue {
                out.append("\(place): \(number) is too small")
            }
            if let most = schema["maximum"] as? NSNumber, number.doubleValue > most.doubleValue {
                out.append("\(place): \(number) is too large")
            }
        }
        return out + members(value, schema, place)
    }

    private func members(_ value: Any, _ schema: [String: Any], _ place: String) -> [String] {
        if let list = value as? [Any], let items = schema["items"] as? [String: Any] {
            return list.enumerated().flatMap { faults($0.element, items, "\(place)[\($0.offset)]") }
        }
        guard let object = value as? [String: Any] else { return [] }
        var out = (schema["required"] as? [String] ?? []).filter { object[$0] == nil }.map { "\(place).\($0): missing" }
        let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
        for (name, member) in object {
            if let rule = properties[name] ?? schema["additionalProperties"] as? [String: Any] {
                out += faults(member, rule, "\(place).\(name)")
            }
        }
        return out
    }

    private func definition(_ reference: String) -> [String: Any] {
        let name = reference.replacingOccurrences(of: "#/$defs/", with: "")
        return (root["$defs"] as? [String: [String: Any]])?[name] ?? ["const": "no such definition: \(name)"]
    }

    private func equal(_ a: Any, _ b: Any) -> Bool { (a as? NSObject)?.isEqual(b) ?? false }

    private func has(_ value: Any, _ type: String) -> Bool {
        switch type {
        case "object": value is [String: Any]
        case "array": value is [Any]
        case "string": value is String
        case "null": value is NSNull
        case "boolean": isBoolean(value)
        case "number": value is NSNumber && !isBoolean(value)
        case "integer":
            (value as? NSNumber).map { !isBoolean(value) && $0.doubleValue == $0.doubleValue.rounded() } ?? false
        default: false
        }
    }

    /// Numbers and booleans are both `NSNumber`s, which keep the C type that they were made of.
    private func isBoolean(_ value: Any) -> Bool {
        guard let number = value as? NSNumber else { return value is Bool }
        return String(cString: number.objCType) == "c"
    }
}
