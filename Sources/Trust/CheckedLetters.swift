/// Thirty-two bytes as letters of base 32 (RFC 4648, section 6), each 13 followed by one that checks them.
///
/// The check letter of c0 ... c12 is the sum of ci * a^(i + 1) in the field of 32 elements (x^5 + x^2 + 1, a = x). All
/// powers are different, so a letter that is wrong, or two that changed places, are always found, and other slips in 31 of
/// 32 cases for each quarter.
enum CheckedLetters {
    /// Letters of a whole text, without dashes.
    static let length = 56
    /// Letters between dashes.
    static let group = 7
    /// Letters that one check letter stands for.
    private static let run = 13
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

    /// The value of a letter; of 0, 1 and 8 that of O, I and B.
    static func value(of scalar: Unicode.Scalar) -> UInt8? {
        switch scalar {
        case "A"..."Z": UInt8(scalar.value - 0x41)
        case "a"..."z": UInt8(scalar.value - 0x61)
        case "2"..."7": UInt8(scalar.value - 0x32 + 26)
        case "0": 14
        case "1": 8
        case "8": 1
        default: nil
        }
    }

    /// 32 bytes as text.
    static func text(_ bytes: UnsafeRawBufferPointer) -> String {
        var letters: [UInt8] = []
        for start in stride(from: 0, to: 4 * run, by: run) {
            let part = (start..<start + run).map { fiveBits(bytes, $0) }
            letters += part + [check(part)]
        }
        var text = ""
        for (index, letter) in letters.enumerated() {
            if index > 0, index % group == 0 { text += "-" }
            text.unicodeScalars.append(Unicode.Scalar(alphabet[Int(letter)]))
        }
        return text
    }

    /// The 32 bytes that ``length`` values of letters stand for; nil where a check letter does not fit, or bits are left.
    static func bytes(_ letters: [UInt8]) -> [UInt8]? {
        var values: [UInt8] = []
        for start in stride(from: 0, to: length, by: run + 1) {
            let part = Array(letters[start..<start + run])
            guard check(part) == letters[start + run] else { return nil }
            values += part
        }
        // 52 letters hold 260 bits: four more than there are.
        guard let last = values.last, last & 15 == 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: 32)
        for bit in 0..<256 where values[bit / 5] >> (4 - bit % 5) & 1 == 1 { bytes[bit / 8] |= 0x80 >> (bit % 8) }
        return bytes
    }

    /// Bits `5 * index` to `5 * index + 4`, zeros behind the end.
    private static func fiveBits(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> UInt8 {
        (0..<5).reduce(UInt8(0)) { value, step in
            let bit = 5 * index + step
            let isSet = bit < 8 * bytes.count && bytes[bit / 8] & (0x80 >> (bit % 8)) != 0
            return value << 1 | (isSet ? 1 : 0)
        }
    }

    private static func check(_ letters: [UInt8]) -> UInt8 {
        // Horner's rule from the last letter on: each step multiplies by a.
        letters.reversed().reduce(UInt8(0)) { timesA($0 ^ $1) }
    }

    /// The product with a = x in the field of 32 elements.
    private static func timesA(_ value: UInt8) -> UInt8 {
        let shifted = value << 1
        return shifted & 32 == 0 ? shifted : (shifted ^ 0b10_0101)
    }
}
