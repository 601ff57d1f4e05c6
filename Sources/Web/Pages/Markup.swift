/// HTML or SVG in the making.
///
/// Names of elements and attributes are literals of the program; whatever else is put in is escaped, and there is no way
/// around that. So no name of a file, dataset or schedule can become markup.
indirect enum Markup: Sendable {
    case text(String)
    case element(StaticString, [(StaticString, String)], [Markup])
    case group([Markup])

    /// Nothing.
    static let nothing = Markup.group([])

    /// An element; attributes without a value are left away.
    static func tag(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:], _ children: Markup...
    ) -> Markup { tag(name, attributes, all: children) }

    /// An element with a list of children.
    static func tag(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:], all children: [Markup]
    ) -> Markup {
        .element(name, attributes.compactMap { pair in pair.value.map { (pair.key, $0) } }, children)
    }

    /// All of it as a document of HTML.
    var document: [UInt8] {
        var out = Array("<!doctype html>\n".utf8)
        write(to: &out)
        out.append(10)
        return out
    }

    /// All of it as part of a document.
    var part: [UInt8] {
        var out: [UInt8] = []
        write(to: &out)
        return out
    }

    private func write(to out: inout [UInt8]) {
        switch self {
        case .text(let text): Self.escape(text, to: &out)
        case .group(let children): for child in children { child.write(to: &out) }
        case .element(let name, let attributes, let children):
            out.append(UInt8(ascii: "<"))
            Self.add(name, to: &out)
            for (key, value) in attributes {
                out.append(UInt8(ascii: " "))
                Self.add(key, to: &out)
                out += "=\"".utf8
                Self.escape(value, to: &out)
                out.append(UInt8(ascii: "\""))
            }
            out.append(UInt8(ascii: ">"))
            if Self.isVoid(name) { return }
            for child in children { child.write(to: &out) }
            out += "</".utf8
            Self.add(name, to: &out)
            out.append(UInt8(ascii: ">"))
        }
    }

    private static func add(_ text: StaticString, to out: inout [UInt8]) {
        text.withUTF8Buffer { out += $0 }
    }

    /// What stands for something in markup becomes what is shown as it; control characters become a mark.
    private static func escape(_ text: String, to out: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): out += "&amp;".utf8
            case UInt8(ascii: "<"): out += "&lt;".utf8
            case UInt8(ascii: ">"): out += "&gt;".utf8
            case UInt8(ascii: "\""): out += "&quot;".utf8
            case UInt8(ascii: "'"): out += "&#39;".utf8
            case 9, 10: out.append(byte)
            case 0..<0x20, 0x7f: out += "\u{fffd}".utf8
            default: out.append(byte)
            }
        }
    }

    private static func isVoid(_ name: StaticString) -> Bool {
        name.withUTF8Buffer { bytes in
            ["br", "hr", "input", "link", "meta"].contains { $0.utf8.elementsEqual(bytes) }
        }
    }
}

extension Markup: ExpressibleByStringInterpolation {
    /// Text, escaped.
    init(stringLiteral value: String) { self = .text(value) }
}
