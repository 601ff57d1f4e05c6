/// A table of 1 GiB as text, one row a line.
///
/// In the second version 1,500 rows come before all others, and of every 2,000 rows 20 neighbours have changed.
package struct TableMaker: DataMaker {
    private static let totalBytes = 1 << 30
    private static let rowsPerBlock = 20_000
    private static let rowsPerEdit = 2_000
    private static let editedRows = 20
    private static let newRows = 1_500
    private static let countries = ["US", "DE", "FR", "JP", "BR", "IN", "CN", "GB", "IT", "NL"].map { Array($0.utf8) }
    private static let states = ["new", "paid", "shipped", "returned"].map { Array($0.utf8) }

    /// A maker.
    package init() {}

    /// Makes both versions.
    package func make(first: String, second: String, scale: Double, seed: UInt64) throws -> Bool {
        let before = try OutputFile("\(first)/table.csv")
        let after = try OutputFile("\(second)/table.csv")
        let head = Array("id,time,customer,country,product,price,quantity,state,token\n".utf8)
        try before.write(head)
        try after.write(head)
        try after.write(Self.rows(Self.newRows, from: 900_000_000, block: .max, seed: seed).plain)
        var block = 0
        var written = 0
        while written < Int(Double(Self.totalBytes) * scale) {
            let rows = Self.rows(Self.rowsPerBlock, from: block * Self.rowsPerBlock, block: UInt64(block), seed: seed)
            try before.write(rows.plain)
            try after.write(rows.edited)
            written += rows.plain.count
            block += 1
        }
        try before.set(modified: .made)
        try after.set(modified: .made)
        return true
    }

    /// Rows as they were, and with the edits of the second version.
    private static func rows(
        _ count: Int, from id: Int, block: UInt64, seed: UInt64
    ) -> (plain: [UInt8], edited: [UInt8]) {
        var generator = Seeded(seed, purpose: 4, part: block)
        var plain: [UInt8] = []
        var edited: [UInt8] = []
        plain.reserveCapacity(count * 80)
        edited.reserveCapacity(count * 80)
        var firstEdit = 0
        for index in 0..<count {
            if index % rowsPerEdit == 0 { firstEdit = index + generator.below(rowsPerEdit - editedRows) }
            let start = plain.count
            appendRow(id + index, to: &plain, &generator)
            if (firstEdit..<firstEdit + editedRows).contains(index) {
                edited += plain[start..<plain.count - 1]
                edited += Array(",revised\n".utf8)
            } else {
                edited += plain[start...]
            }
        }
        return (plain, edited)
    }

    private static func appendRow(_ id: Int, to bytes: inout [UInt8], _ generator: inout Seeded) {
        let comma = UInt8(ascii: ",")
        append(id, to: &bytes, then: comma)
        append(1_600_000_000 + 3 * id + generator.below(3), to: &bytes, then: comma)
        bytes.append(UInt8(ascii: "c"))
        append(generator.below(1 + generator.below(5_000_000)), to: &bytes, then: comma)
        bytes += countries[generator.below(countries.count)]
        bytes.append(comma)
        append(100_000 + generator.below(20_000), to: &bytes, then: comma)
        append(1 + generator.below(120), to: &bytes, then: UInt8(ascii: "."))
        append(10 + generator.below(90), to: &bytes, then: comma)
        append(1 + generator.below(8), to: &bytes, then: comma)
        bytes += states[generator.below(states.count)]
        bytes.append(comma)
        append(1 << 47 + generator.below(1 << 47), to: &bytes, then: UInt8(ascii: "\n"))
    }

    private static func append(_ number: Int, to bytes: inout [UInt8], then last: UInt8) {
        let start = bytes.count
        var rest = number
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        var low = start
        var high = bytes.count - 1
        while low < high {
            bytes.swapAt(low, high)
            low += 1
            high -= 1
        }
        bytes.append(last)
    }
}
