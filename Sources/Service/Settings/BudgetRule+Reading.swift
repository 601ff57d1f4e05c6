internal import Model
internal import Scheduling

extension BudgetRule {
    /// Reads `budgets:`, by their names.
    ///
    /// ```yaml
    /// budgets:
    ///   nights: { zone: Europe/Berlin, night: { bytes: 500GiB }, month: { bytes: 10TiB, money: $120 } }
    /// ```
    static func read(_ node: PlacedNode?, _ zones: ZoneTable) throws -> [BudgetRule] {
        guard let node else { return [] }
        guard let members = node.plainMembers else {
            throw PerigeeError(
                .usage, "budgets have no names", at: node.plainPlace, remedy: "write NAME: { night: { bytes: 500GiB } }"
            )
        }
        return try members.map { member in
            var reader = try SectionReader(member.value, "a budget")
            var zone = Zone.utc
            if let named = reader.node("zone") {
                do {
                    zone = try zones.zone(named.plainText ?? "")
                } catch let error as PerigeeError {
                    var placed = error
                    placed.place = named.plainPlace
                    throw placed
                }
            }
            let night = try allowance(reader.node("night"))
            let month = try allowance(reader.node("month"))
            try reader.finish()
            return BudgetRule(name: member.name, zone: zone, night: night, month: month)
        }
    }

    private static func allowance(_ node: PlacedNode?) throws(PerigeeError) -> Allowance {
        guard let node else { return Allowance() }
        var reader = try SectionReader(node, "an allowance")
        let bytes = try reader.value("bytes", "a size as 500GiB") { ByteCount(parsing: $0) }
        let money = try reader.value("money", "an amount in dollars as $12.30") { text in
            Money(parsing: text).flatMap { $0 >= .zero ? $0 : nil }
        }
        try reader.finish()
        return Allowance(bytes: bytes?.bytes, microdollars: money?.micros)
    }
}
