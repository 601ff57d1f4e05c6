/// The names under which things are made before they take their place: `.perigee-`, sixteen hexadecimal digits, `~`.
///
/// A killed run leaves such names behind; scans do not give them as entries, and the next run removes them.
enum AsideName {
    private static let head = Array(".perigee-".utf8)
    private static let digits = Array("0123456789abcdef".utf8)

    /// A new name, different from all others by chance.
    static func random() -> [UInt8] {
        var number = UInt64.random(in: .min ... .max)
        var name = head
        name.reserveCapacity(head.count + 17)
        for _ in 0..<16 {
            name.append(digits[Int(number & 15)])
            number >>= 4
        }
        name.append(UInt8(ascii: "~"))
        return name
    }

    /// Whether `name` is such a name.
    static func matches(_ name: some Collection<UInt8>) -> Bool {
        guard name.count == head.count + 17, name.starts(with: head) else { return false }
        let rest = name.dropFirst(head.count)
        return rest.prefix(16).allSatisfy { digits.contains($0) } && rest.dropFirst(16).first == UInt8(ascii: "~")
    }
}
