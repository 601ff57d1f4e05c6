internal import Hashing

/// A line of a list of checksums, as b3sum and perigee write it: `HEX  NAME`.
///
/// A name with a line break or backslash has these written as `\n`, `\r` and `\\`, and a backslash before the whole line.
struct ChecksumLine {
    /// The expected output.
    let output: [UInt8]
    /// The name, byte for byte.
    let name: [UInt8]

    init(output: [UInt8], name: [UInt8]) {
        self.output = output
        self.name = name
    }

    /// Reads a line without its line break; nil where it has another form.
    init?(parsing line: some Collection<UInt8>) {
        var rest = Array(line)[...]
        let isEscaped = rest.first == UInt8(ascii: "\\")
        if isEscaped { rest = rest.dropFirst() }
        guard let space = rest.firstIndex(of: UInt8(ascii: " ")) else { return nil }
        let name = rest[space...].dropFirst(2)
        guard rest[space...].starts(with: [0x20, 0x20]), !name.isEmpty,
            let output = Hexadecimal.decode(String(decoding: rest[..<space], as: UTF8.self)), !output.isEmpty,
            let plain = isEscaped ? Self.unescaped(name) : Array(name)
        else { return nil }
        self.output = output
        self.name = plain
    }

    /// The line, without a line break.
    var bytes: [UInt8] {
        let (name, isEscaped) = Self.escaped(name)
        return (isEscaped ? [UInt8(ascii: "\\")] : []) + Hexadecimal.encode(output).utf8 + [0x20, 0x20] + name
    }

    /// `name` as it is written, and whether that differs.
    static func escaped(_ name: [UInt8]) -> (name: [UInt8], isEscaped: Bool) {
        var out = [UInt8]()
        for byte in name {
            switch byte {
            case UInt8(ascii: "\\"): out += #"\\"#.utf8
            case UInt8(ascii: "\n"): out += #"\n"#.utf8
            case UInt8(ascii: "\r"): out += #"\r"#.utf8
            default: out.append(byte)
            }
        }
        return (out, out.count != name.count)
    }

    private static func unescaped(_ name: ArraySlice<UInt8>) -> [UInt8]? {
        var out = [UInt8]()
        var bytes = name.makeIterator()
        while let byte = bytes.next() {
            guard byte == UInt8(ascii: "\\") else {
                out.append(byte)
                continue
            }
            switch bytes.next() {
            case UInt8(ascii: "\\"): out.append(UInt8(ascii: "\\"))
            case UInt8(ascii: "n"): out.append(UInt8(ascii: "\n"))
            case UInt8(ascii: "r"): out.append(UInt8(ascii: "\r"))
            default: return nil
            }
        }
        return out
    }
}
