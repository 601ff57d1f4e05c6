/// Reads the bytes of an ``XMLElement`` from front to back, once.
struct XMLReader {
    private let bytes: [UInt8]
    private var position = 0
    private var elements = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The root, with nothing but blanks around it.
    mutating func document() throws -> XMLElement {
        try skipProlog()
        guard peek == UInt8(ascii: "<") else { throw refusal("there is no element") }
        let root = try element(depth: 1)
        try skipProlog()
        guard position == bytes.count else { throw refusal("something follows the root") }
        return root
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func refusal(_ what: String) -> XMLElement.Refusal {
        XMLElement.Refusal(description: "\(what), at byte \(position)")
    }

    /// Blanks, a byte order mark, declarations and comments.
    private mutating func skipProlog() throws {
        if bytes[position...].starts(with: [0xef, 0xbb, 0xbf]) { position += 3 }
        while let byte = peek {
            if [0x20, 0x09, 0x0a, 0x0d].contains(byte) {
                position += 1
            } else if starts("<?") {
                try skip(past: "?>")
            } else if starts("<!--") {
                try skip(past: "-->")
            } else {
                return
            }
        }
    }

    /// The element whose `<` is next.
    private mutating func element(depth: Int) throws -> XMLElement {
        elements += 1
        guard depth <= XMLElement.depthMax else { throw refusal("elements are nested too deeply") }
        guard elements <= XMLElement.elementsMax else { throw refusal("there are too many elements") }
        position += 1
        let qualified = try name()
        var element = XMLElement(name: Self.local(qualified))
        if try skipAttributes() { return element }
        var text: [UInt8] = []
        while true {
            guard let byte = peek else { throw refusal("the document ends within an element") }
            if byte != UInt8(ascii: "<") {
                try takeText(into: &text)
            } else if starts("</") {
                position += 2
                guard try name() == qualified else { throw refusal("an end does not fit its beginning") }
                skipBlanks()
                guard peek == UInt8(ascii: ">") else { throw refusal("an end is not closed") }
                position += 1
                guard let text = String(validating: text, as: UTF8.self) else { throw refusal("text is no UTF-8") }
                element.text = text
                return element
            } else if starts("<!--") {
                try skip(past: "-->")
            } else if starts("<!") || starts("<?") {
                throw refusal("there is markup that no answer has")
            } else {
                element.children.append(try self.element(depth: depth + 1))
            }
        }
    }

    private mutating func name() throws -> String {
        let start = position
        while let byte = peek, byte > 0x20, ![0x3e, 0x2f, 0x3c, 0x3d].contains(byte) { position += 1 }
        guard position > start, position - start <= XMLElement.nameMax,
            let name = String(validating: bytes[start..<position], as: UTF8.self)
        else { throw refusal("a name is empty or too long") }
        return name
    }

    /// Passes over attributes and the end of a tag; whether the element is empty.
    private mutating func skipAttributes() throws -> Bool {
        while true {
            skipBlanks()
            guard let byte = peek else { throw refusal("the document ends within a tag") }
            if byte == UInt8(ascii: ">") {
                position += 1
                return false
            }
            if starts("/>") {
                position += 2
                return true
            }
            _ = try name()
            skipBlanks()
            guard peek == UInt8(ascii: "=") else { throw refusal("an attribute has no value") }
            position += 1
            skipBlanks()
            guard let quote = peek, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
                throw refusal("a value is not quoted")
            }
            position += 1
            while let byte = peek, byte != quote { position += 1 }
            guard peek == quote else { throw refusal("the document ends within a value") }
            position += 1
        }
    }

    private mutating func takeText(into text: inout [UInt8]) throws {
        while let byte = peek, byte != UInt8(ascii: "<") {
            if byte == UInt8(ascii: "&") {
                text += try reference()
            } else {
                text.append(byte)
                position += 1
            }
        }
    }

    /// One of the five names, or a number.
    private mutating func reference() throws -> [UInt8] {
        let tail = bytes[position...].prefix(12)
        guard let end = tail.firstIndex(of: UInt8(ascii: ";")) else { throw refusal("a reference has no end") }
        let name = String(decoding: bytes[(position + 1)..<end], as: UTF8.self)
        let known = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]
        if let text = known[name] {
            position = end + 1
            return Array(text.utf8)
        }
        let number =
            name.hasPrefix("#x")
            ? UInt32(name.dropFirst(2), radix: 16)
            : name.hasPrefix("#") ? UInt32(name.dropFirst()) : nil
        guard let number, number > 0, let scalar = Unicode.Scalar(number) else {
            throw refusal("there is a reference that no answer has")
        }
        position = end + 1
        return Array(String(Character(scalar)).utf8)
    }

    private mutating func skipBlanks() {
        while let byte = peek, [0x20, 0x09, 0x0a, 0x0d].contains(byte) { position += 1 }
    }

    private func starts(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { bytes[position...].starts(with: $0) }
    }

    private mutating func skip(past text: StaticString) throws {
        while position < bytes.count {
            if starts(text) {
                position += text.utf8CodeUnitCount
                return
            }
            position += 1
        }
        throw refusal("something is not closed")
    }

    private static func local(_ name: String) -> String {
        name.lastIndex(of: ":").map { String(name[name.index(after: $0)...]) } ?? name
    }
}
