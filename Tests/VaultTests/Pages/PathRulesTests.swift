import Model
import TestSupport
import Testing
import Vault

@Suite("Paths in pages")
struct PathRulesTests {
    /// Short paths of few different bytes, so that all cases come up.
    private static func bytes(_ seed: inout Seed) -> [UInt8] {
        seed.bytes(Int.random(in: 0...8, using: &seed)).map { [0x2f, 0x2e, 0x2e, 0x61, 0x01, 0x2d, 0x00][Int($0 % 7)] }
    }

    @Test("A path is accepted behind another exactly where TreePath finds it valid and behind it")
    func agreesWithTreePath() {
        var seed = Seed.fromEnvironment(usual: 11)
        var accepted = 0
        for _ in 0..<100_000 {
            let a = Self.bytes(&seed)
            let b = Self.bytes(&seed)
            guard let previous = TreePath(validating: a) else { continue }
            let (valid, follows) = Self.judge(a, b)
            let path = TreePath(validating: b)
            #expect(valid == (path != nil), "seed \(seed.value): \(a) \(b)")
            if let path, valid {
                #expect(follows == (previous < path), "seed \(seed.value): \(a) \(b)")
                accepted += follows ? 1 : 0
            }
        }
        #expect(accepted > 1000)
    }

    private static func judge(_ a: [UInt8], _ b: [UInt8]) -> (valid: Bool, follows: Bool) {
        a.withUnsafeBytes { previous in
            b.withUnsafeBytes { path in
                let shared = PathRules.shared(previous, path)
                let rest = UnsafeRawBufferPointer(rebasing: path[shared...])
                return (
                    PathRules.isValid(previous, shared: shared, rest: rest),
                    PathRules.follows(previous, shared: shared, rest: rest)
                )
            }
        }
    }

    @Test("Long paths share what they share")
    func sharesLongPrefixes() {
        var seed = Seed.fromEnvironment(usual: 12)
        for _ in 0..<2000 {
            let a = seed.bytes(Int.random(in: 0...100, using: &seed))
            var b = Array(a.prefix(Int.random(in: 0...100, using: &seed)))
            b += seed.bytes(Int.random(in: 0...3, using: &seed))
            let naive = zip(a, b).prefix { $0 == $1 }.count
            let shared = a.withUnsafeBytes { x in b.withUnsafeBytes { PathRules.shared(x, $0) } }
            #expect(shared == naive, "seed \(seed.value): \(a) \(b)")
        }
    }
}
