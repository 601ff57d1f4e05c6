internal import Hashing
internal import Synchronization

/// The names under which things are made before they take their place: `.perigee-`, sixteen hexadecimal digits, `~`.
///
/// A killed run leaves such names behind; scans do not give them as entries, and the next run removes them.
enum AsideName {
    private static let head = Array(".perigee-".utf8)
    private static let digits = Array("0123456789abcdef".utf8)

    /// Where this process's numbers begin: by chance, so that no other process has the same.
    private static let first = UInt64.random(in: .min ... .max)
    private static let count = Atomic<UInt64>(0)

    /// A new name: no other of this process, and by chance no other at all, is the same.
    static func random() -> [UInt8] {
        // Drawing each from the system would cost a call for each file. An odd factor keeps them all different.
        var number = first &+ count.add(1, ordering: .relaxed).newValue &* 0x9e37_79b9_7f4a_7c15
        var name = head
        name.reserveCapacity(head.count + 17)
        for _ in 0..<16 {
            name.append(digits[Int(number & 15)])
            number >>= 4
        }
        name.append(UInt8(ascii: "~"))
        return name
    }

    /// The name under which what arrived of the large file `name` is found again by a later run; there are two of them.
    static func kept(for name: some Collection<UInt8>, second: Bool) -> [UInt8] {
        let digest = (Array(name) + [0, second ? 1 : 0]).withUnsafeBytes { Blake3.hash($0) }
        return head + digest.hex.utf8.prefix(16) + [UInt8(ascii: "~")]
    }

    /// Whether `name` is such a name.
    static func matches(_ name: some Collection<UInt8>) -> Bool {
        guard name.count == head.count + 17, name.starts(with: head) else { return false }
        let rest = name.dropFirst(head.count)
        return rest.prefix(16).allSatisfy { digits.contains($0) } && rest.dropFirst(16).first == UInt8(ascii: "~")
    }
}
