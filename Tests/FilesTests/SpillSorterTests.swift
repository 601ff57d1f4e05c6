import Files
import Model
import TestSupport
import Testing

@Suite struct SpillSorterTests {
    private func sorted(_ records: [[UInt8]], memory: Int, order: SpillSorter.Order? = nil) throws -> [[UInt8]] {
        let sorter = SpillSorter(memory: memory, order: order)
        for record in records { try record.withUnsafeBytes { try sorter.add($0) } }
        #expect(sorter.count == records.count)
        let all = try sorter.sorted()
        var out = [[UInt8]]()
        while let record = try all.next({ Array($0) }) { out.append(record) }
        return out
    }

    @Test func `what fits the memory comes out as the naive sort gives it`() throws {
        var seed = Seed.fromEnvironment()
        let records = (0..<2000).map { _ in seed.bytes(Int(seed.next() % 20)) }
        let naive = records.sorted { $0.lexicographicallyPrecedes($1) }
        #expect(try sorted(records, memory: 16 << 20) == naive, "seed \(seed.value)")
    }

    @Test func `what does not fit is merged from many files to the same`() throws {
        var seed = Seed.fromEnvironment()
        let records = (0..<60_000).map { _ in seed.bytes(Int(seed.next() % 300)) }
        let naive = records.sorted { $0.lexicographicallyPrecedes($1) }
        #expect(try sorted(records, memory: 0) == naive, "seed \(seed.value)")
    }

    @Test func `an order of the caller's own is kept through the files`() throws {
        var seed = Seed.fromEnvironment()
        let records = (0..<5000).map { _ in seed.bytes(Int(seed.next() % 100)) }
        let naive = records.sorted { $1.lexicographicallyPrecedes($0) }
        let reversed: SpillSorter.Order = { a, b in b.lexicographicallyPrecedes(a) }
        #expect(try sorted(records, memory: 0, order: reversed) == naive, "seed \(seed.value)")
    }

    @Test func `a long record among short ones survives`() throws {
        var seed = Seed.fromEnvironment()
        let records = [seed.bytes(SpillSorter.longestRecord), [], [0], seed.bytes(200_000), [0]]
        let naive = records.sorted { $0.lexicographicallyPrecedes($1) }
        #expect(try sorted(records, memory: 0) == naive)
    }

    @Test func `a record that is too long is refused`() throws {
        let sorter = SpillSorter(memory: 0)
        let record = [UInt8](repeating: 0, count: SpillSorter.longestRecord + 1)
        #expect(throws: PerigeeError.self) { try record.withUnsafeBytes { try sorter.add($0) } }
    }
}
