internal import Configurations
internal import Model

/// What a configuration says, for people.
enum ConfigurationText {
    /// The sites as a table.
    static func sites(_ loaded: LoadedConfiguration, _ rows: [SiteRow], _ style: Style) -> String {
        guard !rows.isEmpty else { return "no sites are described in \(loaded.path)\n" }
        var table = Table(
            ("SITE", .left), ("REACHED BY", .left), ("ADDRESS", .left), ("VAULT", .left), ("LIMIT", .left),
            ("ATTRIBUTES", .left))
        for (row, site) in zip(rows, loaded.configuration.sites) {
            table.row(
                row.name + (row.here ? " *" : ""), row.reach, row.address ?? "-", row.vault ?? "-", row.limit ?? "-",
                site.attributes.map { "\($0.name)=\($0.text)" }.joined(separator: " "))
        }
        return table.rendered(style) + (loaded.here == nil ? "" : "* is this host\n")
    }

    /// The links as a table.
    static func links(_ loaded: LoadedConfiguration, _ rows: [LinkRow], _ style: Style) -> String {
        guard !rows.isEmpty else { return "no links are described in \(loaded.path)\n" }
        var table = Table(
            ("FROM", .left), ("TO", .left), ("BANDWIDTH", .right), ("TRIP", .right), ("MEASURED", .right),
            ("LIMIT", .left), ("TARIFF", .left))
        func rate(_ value: Double?) -> String { value.map { "\(ByteRate(bytesPerSecond: max($0, 1)))" } ?? "-" }
        func trip(_ seconds: Double) -> String { Quantity.decimal(seconds * 1e3, places: 1) + " ms" }
        for row in rows {
            table.row(
                row.from, row.to, rate(row.bandwidth),
                row.roundTrip.map(trip) ?? "-",
                rate(row.measured?.bandwidth)
                    + (row.measured.map { $0.roundTrip > 0 ? ", \(trip($0.roundTrip))" : "" } ?? ""),
                row.limit ?? "-", row.tariff ?? "-")
        }
        return table.rendered(style)
    }

    /// The datasets as a table, a line for each replica.
    static func datasets(_ loaded: LoadedConfiguration, _ rows: [DatasetRow], _ style: Style) -> String {
        guard !rows.isEmpty else { return "no datasets are described in \(loaded.path)\n" }
        var table = Table(
            ("DATASET", .left), ("CLASS", .left), ("SITE", .left), ("KIND", .left), ("PLACE", .left), ("COPIES", .left))
        for row in rows {
            let copies = row.rules.map { "\($0.copies)" + ($0.siteExpression.map { " of \($0)" } ?? "") }
            let head = (row.name, row.dataClass ?? "-", copies.isEmpty ? "-" : copies.joined(separator: ", "))
            if row.replicas.isEmpty { table.row(head.0, head.1, "-", "-", "-", head.2) }
            for (index, replica) in row.replicas.enumerated() {
                let site = replica.site + (replica.site == row.source ? " (source)" : "")
                table.row(
                    index == 0 ? head.0 : "", index == 0 ? head.1 : "", site, replica.kind, replica.place,
                    index == 0 ? head.2 : "")
            }
        }
        return table.rendered(style)
    }
}
