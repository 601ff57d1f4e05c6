internal import Model
internal import Placement

/// Costs of workloads at sites for people.
enum LocalityText {
    static func render(_ answer: LocalityAnswer, _ style: Style) -> String {
        var table = Table(
            ("workload", .left), ("site", .left), ("money", .right), ("time", .right), ("wire", .right), ("way", .left))
        for row in answer.rows {
            table.row(
                row.workload, row.site, row.money.map { "$\($0.cents)" } ?? "-",
                row.seconds.map(Format.duration) ?? "-",
                row.bytes.map(Format.size) ?? "-", row.way ?? row.reason ?? "")
        }
        return table.rendered(style)
    }
}
