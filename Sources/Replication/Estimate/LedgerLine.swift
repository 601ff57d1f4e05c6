internal import Hashing
internal import Model

/// A line of a ledger: an instant, fields, a checksum.
///
/// `1795441500.000000000 scanned=12 wire=0,10,20 #1f2e3d4c`: seconds since 1970 with nine digits after the point; names and
/// their numbers, percentiles with commas between them; the first four bytes of the BLAKE3 of all before the last space.
struct LedgerLine {
    /// When what the line tells happened.
    var at: Timestamp
    private var fields: [(name: String, value: String)] = []

    /// A line without fields.
    init(at: Timestamp) { self.at = at }

    /// Adds a number.
    mutating func set(_ name: StaticString, _ value: some LosslessStringConvertible) {
        fields.append(("\(name)", "\(value)"))
    }

    /// Adds a text, the first ``textMax`` bytes of it; letters, digits and what paths are made of stand for themselves,
    /// other bytes as `%NN`.
    mutating func set(_ name: StaticString, text: String) {
        var out = ""
        for byte in text.utf8.prefix(Self.textMax) {
            if Self.isPlain(byte) {
                out.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                out += "%" + String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
            }
        }
        fields.append(("\(name)", out))
    }

    /// The text `name`; nil where there is none, or it is written wrongly.
    func text(_ name: StaticString) -> String? {
        guard let value = fields.first(where: { $0.name == "\(name)" })?.value else { return nil }
        var bytes: [UInt8] = []
        var rest = Array(value.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// So many bytes of a text are kept.
    static let textMax = 1024

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        default: "-._~/:@#+".utf8.contains(byte)
        }
    }

    /// Adds percentiles.
    mutating func set<Value: LosslessStringConvertible & Comparable & Sendable>(
        _ name: StaticString, _ spread: Spread<Value>
    ) {
        fields.append(("\(name)", "\(spread.p10),\(spread.p50),\(spread.p90)"))
    }

    /// The number `name`; nil where there is none.
    func number<Value: LosslessStringConvertible>(_ name: StaticString, _: Value.Type = Value.self) -> Value? {
        fields.first { $0.name == "\(name)" }.flatMap { Value($0.value) }
    }

    /// The percentiles `name`; nil where there are none, or they are out of order.
    func spread<Value: LosslessStringConvertible & Comparable & Sendable>(
        _ name: StaticString, _: Value.Type = Value.self
    ) -> Spread<Value>? {
        guard let text = fields.first(where: { $0.name == "\(name)" })?.value else { return nil }
        let values = text.split(separator: ",", omittingEmptySubsequences: false).map { Value(String($0)) }
        guard values.count == 3, let p10 = values[0], let p50 = values[1], let p90 = values[2], p10 <= p50, p50 <= p90
        else { return nil }
        return Spread(p10: p10, p50: p50, p90: p90)
    }

    /// The line, without its end.
    var text: String {
        let fraction = String(at.nanoseconds)
        let instant = "\(at.seconds)." + String(repeating: "0", count: max(0, 9 - fraction.count)) + fraction
        let body = fields.reduce(into: instant) { $0 += " \($1.name)=\($1.value)" }
        return "\(body) #\(Self.checksum(body))"
    }

    /// The line that `text` is; nil where it is damaged.
    init?(parsing text: Substring) {
        guard let mark = text.lastIndex(of: " "), text[mark...].dropFirst().first == "#" else { return nil }
        let body = text[..<mark]
        guard text[mark...].dropFirst(2) == Self.checksum(body) else { return nil }
        let words = body.split(separator: " ")
        let instant = words.first?.split(separator: ".") ?? []
        guard instant.count == 2, let seconds = Int64(instant[0]), let nanoseconds = UInt32(instant[1]),
            nanoseconds < 1_000_000_000
        else { return nil }
        at = Timestamp(seconds: seconds, nanoseconds: nanoseconds)
        for word in words.dropFirst() {
            guard let equals = word.firstIndex(of: "=") else { return nil }
            fields.append((String(word[..<equals]), String(word[word.index(after: equals)...])))
        }
    }

    private static func checksum(_ body: some StringProtocol) -> String {
        String(Array(body.utf8).withUnsafeBytes { Blake3.hash($0) }.hex.prefix(8))
    }
}
