internal import Calibration
internal import Configurations
internal import Model
internal import Placement
internal import Replication
internal import Settings

/// The configuration in the form of a scenario: its sites with what they offer, its links with what was seen of them, its
/// classes, policies and workloads; of its datasets those that were looked at.
struct ConfigurationScenario {
    let loaded: LoadedConfiguration
    let state: StateFolder
    /// The minute of the day, for limits that change with it.
    let minute: Int
    private let maker: SettingsMaker

    /// The configuration as it is at a minute of the day.
    init(_ loaded: LoadedConfiguration, state: StateFolder, minute: Int) {
        (self.loaded, self.state, self.minute) = (loaded, state, minute)
        maker = SettingsMaker(file: loaded.path)
    }

    /// The scenario with these datasets; and what deserves a look, a sentence each.
    func file(datasets: [(name: String, node: SettingsNode)]) -> (file: Scenario.File, notes: [String]) {
        var notes: [String] = []
        let start = maker.place(.start)
        var members: [(key: String, value: SettingsNode?)] = [
            ("schema", maker.scalar(Scenario.schema, at: start)), ("live", maker.scalar("true", at: start)),
            ("here", loaded.here.map { maker.scalar($0, at: start) }),
            ("sites", maker.table(loaded.configuration.sites.map { ($0.name, site($0)) }, at: start)),
            ("links", maker.list(loaded.configuration.links.compactMap { link($0, &notes) }, at: start)),
            ("datasets", maker.table(datasets.map { ($0.name, $0.node) }, at: start)),
        ]
        let sections = loaded.configuration.sections
        for name in ["classes", "workloads"] {
            members.append((name, sections[name].map { maker.node($0, name) }))
        }
        members += policies()
        let node = maker.table(members, at: start)
        return (Scenario.File(name: loaded.path, node: node), notes)
    }

    /// Policies are a list of rules, or a table of rules, sets and whose they are.
    private func policies() -> [(key: String, value: SettingsNode?)] {
        guard let node = loaded.configuration.sections["policies"] else { return [] }
        guard case .mapping(let members) = node.value else { return [("rules", maker.node(node, "policies"))] }
        return members.map { ($0.key, maker.node($0.value, "policies.\($0.key)")) }
    }

    private func site(_ site: SiteSettings) -> SettingsNode {
        let path = "sites.\(site.name)"
        let place = maker.place(site.position, path)
        let attributes = site.attributes.map { attribute in
            (attribute.name, maker.scalar(attribute.text, at: maker.place(site.position, "\(path).attributes")))
        }
        var members: [(key: String, value: SettingsNode?)] = [
            ("attributes", maker.table(attributes.map { (key: $0.0, value: $0.1) }, at: place)),
            ("agent", site.agent.map { _ in maker.scalar("true", at: place) }),
        ]
        for extra in site.extras where ["offers", "storage", "carbon"].contains(extra.key) {
            members.append((extra.key, maker.node(extra.value, "\(path).\(extra.key)")))
        }
        // What holds for all that goes there or comes from there.
        if let limit = site.limit?.rate(atMinute: minute) {
            let rate = maker.scalar(Self.rate(limit.bytesPerSecond), at: place)
            members += [("egress_cap", rate), ("ingress_cap", rate)]
        }
        return maker.table(members, at: place)
    }

    /// A link; nil where nobody knows how fast it is.
    private func link(_ link: LinkSettings, _ notes: inout [String]) -> SettingsNode? {
        let place = maker.place(link.position, "links")
        let known = loaded.memory(of: link, state)
        let seen = known.flatMap { $0.memory.rate(up: $0.isUp) }
        guard let bandwidth = bandwidth(link, seen, at: place) else {
            notes.append(
                "the link from \(link.from) to \(link.to) is left away: nobody says or has measured how fast it is "
                    + "(perigee probe \(link.from == loaded.here ? link.to : link.from))")
            return nil
        }
        func text(_ text: String?) -> SettingsNode? { text.map { maker.scalar($0, at: place) } }
        let trip = (known?.memory.roundTrip).flatMap { $0 > 0 ? $0 : nil } ?? link.roundTrip
        var members: [(key: String, value: SettingsNode?)] = [
            ("from", text(link.from)), ("to", text(link.to)), ("bandwidth", bandwidth),
            ("round_trip", text(trip.map { "\(Quantity.decimal($0 * 1000, places: 3))ms" })),
            ("loss", text(link.loss.map { "\($0)" })),
        ]
        if let seen {
            members.append(
                (
                    "measured",
                    maker.table(
                        [
                            ("at", text(seen.at.rfc3339)), ("probes", text("\(seen.probes)")),
                            ("transfers", text("\(seen.transfers)")),
                        ], at: place)
                ))
        }
        let tariff = link.tariff ?? loaded.configuration.site(link.from)?.extra("tariff")
        members.append(tariff.map { ("tariff", text($0)) } ?? ("price_per_gb", text("0")))
        if tariff == nil {
            notes.append(
                "the link from \(link.from) to \(link.to) has no tariff in \(loaded.path), so it costs nothing")
        }
        for extra in link.extras {
            guard let key = Self.linkKeys[extra.key] else { continue }
            members.append((key, maker.node(extra.value, "links.\(extra.key)")))
        }
        return maker.table(members, at: place)
    }

    private static let linkKeys = [
        "windows": "windows", "transit": "transit", "fixed_fee": "fee", "month_to_date": "month_to_date",
        "efficiency": "efficiency",
    ]

    /// What was seen of it, else what the configuration says; no more than its limit allows now.
    private func bandwidth(_ link: LinkSettings, _ seen: LinkRate?, at place: SettingsPlace) -> SettingsNode? {
        let most = link.limit?.rate(atMinute: minute)?.bytesPerSecond ?? .infinity
        guard let seen else {
            return link.bandwidth.map { maker.scalar(Self.rate(min($0.bytesPerSecond, most)), at: place) }
        }
        let (low, middle) = (min(seen.rate.p10, most), min(seen.rate.p50, most))
        return maker.table(
            [
                ("p10", maker.scalar(Self.rate(low), at: place)), ("p50", maker.scalar(Self.rate(middle), at: place)),
            ], at: place)
    }

    private static func rate(_ bytesPerSecond: Double) -> String {
        "\(Quantity.decimal(max(1, bytesPerSecond), places: 0))B/s"
    }
}
