import ObjectStorage
import TestSupport
import Testing

@Suite("Names that come folder by folder are brought into the order of their bytes")
struct FolderOrderTests {
    private func reordered(_ names: [String], prefix: String) -> [String] {
        var order = FolderOrder(prefix: prefix)
        var found: [String] = []
        for name in names.sorted(by: { FolderOrder.precedes($0.utf8, $1.utf8) }) {
            found += order.take(name, XMLElement(name: "")).map(\.0)
        }
        return found + order.finish().map(\.0)
    }

    @Test("whatever the names, and from any of them on")
    func random() {
        var seed = Seed.fromEnvironment()
        for _ in 0..<2000 {
            // As keys are: no part is empty.
            let names = Set(
                (0..<Int.random(in: 1...12, using: &seed)).map { _ in
                    let parts = (0..<Int.random(in: 1...3, using: &seed)).map { _ in
                        String(
                            (0..<Int.random(in: 1...3, using: &seed)).map { _ in "ab-.0z".randomElement(using: &seed)! }
                        )
                    }
                    return "p/" + parts.joined(separator: "/")
                })
            let sorted = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            #expect(reordered(Array(names), prefix: "p/") == sorted, "\(sorted), seed \(seed.value)")
            let cursor = names.randomElement(using: &seed)!
            let start = FolderOrder(prefix: "p/").start(after: cursor)
            let rest = reordered(names.filter { FolderOrder.precedes(start.utf8, $0.utf8) }, prefix: "p/")
                .filter { cursor.utf8.lexicographicallyPrecedes($0.utf8) }
            #expect(
                rest == sorted.filter { cursor.utf8.lexicographicallyPrecedes($0.utf8) }, "\(sorted) after \(cursor)")
        }
    }

    @Test("names of packs are given folder by folder, not held back to the end")
    func packs() {
        var order = FolderOrder(prefix: "packs/")
        var most = 0
        for folder in 10..<40 {
            for pack in 100..<150 {
                _ = order.take("packs/\(folder)/\(pack)", XMLElement(name: ""))
                most = max(most, order.heldCount)
            }
        }
        #expect(most <= 51)
    }
}
