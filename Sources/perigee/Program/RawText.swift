internal import Model

/// Names from the command line, byte for byte, carried through text.
///
/// A name need not be UTF-8, but what parses the arguments takes strings. So a byte that is not part of UTF-8 travels as
/// a scalar of the last private plane, U+10FF80 for 0x80 and so on; where such a scalar is given itself, its bytes travel
/// so too, so that the way back is always the right one.
enum RawText {
    private static let base: UInt32 = 0x10FF00

    /// The arguments of the process, the program's name left away.
    static var arguments: [String] {
        (1..<max(1, Int(CommandLine.argc))).compactMap { index in
            CommandLine.unsafeArgv[index].map { text(of: UnsafeBufferPointer(start: $0, count: length($0))) }
        }
    }

    /// The text that carries `bytes`.
    static func text(of bytes: some Collection<CChar>) -> String {
        let bytes = bytes.map { UInt8(bitPattern: $0) }
        if let text = String(validating: bytes, as: UTF8.self), !text.unicodeScalars.contains(where: carriesByte) {
            return text
        }
        var out = String.UnicodeScalarView()
        var decoder = UTF8.ForwardParser()
        var input = bytes.makeIterator()
        var position = 0
        while position < bytes.count {
            switch decoder.parseScalar(from: &input) {
            case .valid(let encoded):
                let scalar = UTF8.decode(encoded)
                let count = encoded.count
                if carriesByte(scalar) {
                    out.append(contentsOf: bytes[position..<position + count].map(carrier))
                } else {
                    out.append(scalar)
                }
                position += count
            case .error(let count):
                out.append(contentsOf: bytes[position..<position + count].map(carrier))
                position += count
            case .emptyInput:
                position = bytes.count
            }
        }
        return String(out)
    }

    /// The bytes that `text` carries.
    static func bytes(of text: String) -> [UInt8] {
        text.unicodeScalars.reduce(into: []) { out, scalar in
            if carriesByte(scalar) {
                out.append(UInt8(scalar.value - base))
            } else {
                out.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
            }
        }
    }

    /// - Throws: `unsupported` where `text` carries bytes that are not UTF-8.
    static func checkPlain(_ text: String) throws {
        guard text.unicodeScalars.contains(where: carriesByte) else { return }
        throw PerigeeError(
            .unsupported, "the name is not UTF-8", at: TreePath.printable(bytes(of: text)),
            remedy: "reach the folder by a symbolic link with a plain name; names inside it may be any bytes")
    }

    private static func carriesByte(_ scalar: Unicode.Scalar) -> Bool {
        (base + 0x80...base + 0xFF).contains(scalar.value)
    }

    private static func carrier(_ byte: UInt8) -> Unicode.Scalar {
        // In range: the plane ends at U+10FFFF.
        Unicode.Scalar(base + UInt32(byte)) ?? "?"
    }

    private static func length(_ text: UnsafePointer<CChar>) -> Int {
        var count = 0
        while text[count] != 0 { count += 1 }
        return count
    }
}
