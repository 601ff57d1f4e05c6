internal import Model
internal import Settings

extension ScenarioReader {
    mutating func site(_ member: SettingsNode.Member) {
        note("site", member.key, member.place)
        let keys = ["attributes", "offers", "storage", "agent", "egress_cap", "ingress_cap", "carbon", "note"]
        guard let table = faults.table(member.value, keys: keys) else { return }
        var site = Scenario.Site(name: member.key)
        for attribute in table.members("attributes") {
            if let text = table.text(attribute.value), attribute.key != "site" { site.attributes[attribute.key] = text }
        }
        site.hasAgent = table.flag("agent") ?? false
        site.egressCap = table.rate("egress_cap")
        site.ingressCap = table.rate("ingress_cap")
        site.carbon = table.number("carbon", 0...5000)
        if let node = table.node("storage") { site.storage = storage(node) }
        for node in table.members("offers") {
            if let offer = offer(node) { site.offers.append(offer) }
        }
        site.offers.sort { $0.name < $1.name }
        if scenario.sites.count < Scenario.sitesMax {
            scenario.sites.append(site)
        } else {
            faults.add(
                member.place, "there are more than \(Scenario.sitesMax) sites",
                remedy: "leave away those that are out of question")
        }
    }

    private mutating func storage(_ node: SettingsNode) -> Scenario.Storage? {
        let keys = [
            "tariff", "price_per_gb_month", "price_per_gib_month", "stored", "min_days", "min_object",
            "retrieval_per_gb",
            "requests", "put", "get",
        ]
        guard let table = faults.table(node, keys: keys) else { return nil }
        var out = Scenario.Storage()
        out.tariff = tariff(table, .storage, suffix: "_month") ?? .free
        out.stored = table.size("stored")?.bytes ?? 0
        out.minimumDays = table.number("min_days", 0...3650) ?? 0
        out.minimumObject = table.size("min_object")?.bytes ?? 0
        out.retrieval = price(table, "retrieval_per_gb") ?? .zero
        out.requestsName = entry(table, "requests", .requests)
        // Who charges by a tariff charges for requests too, as a rule.
        if out.requestsName != nil || out.tariff.name != nil { (out.put, out.get) = (nil, nil) }
        if table.has("put") { out.put = price(table, "put") }
        if table.has("get") { out.get = price(table, "get") }
        return out
    }

    private mutating func offer(_ member: SettingsNode.Member) -> Scenario.Offer? {
        let keys = [
            "price_per_hour", "tariff", "capacity", "speed", "queue", "queue_p90", "min_billing", "power_kw", "spot",
            "later", "executor", "note",
        ]
        guard let table = faults.table(member.value, keys: keys) else { return nil }
        if !table.has("price_per_hour"), !table.has("tariff") {
            faults.add(
                table.place, "the price is missing",
                remedy: "add price_per_hour: 2.95, or 0 for machines that are paid anyway, or unknown")
        }
        var out = Scenario.Offer(name: member.key, price: hourly(table))
        out.capacity = table.count("capacity", 0...1_000_000)
        out.speed = table.number("speed", 1e-6...1e6) ?? 1
        out.queue = table.seconds("queue") ?? 0
        out.queueP90 = max(out.queue, table.seconds("queue_p90") ?? out.queue)
        out.minimumBilling = table.seconds("min_billing") ?? 0
        out.power = table.number("power_kw", 0...1e6) ?? 0
        if let node = table.node("spot") { out.spot = spot(node) }
        out.executor = executor(table)
        for node in table.list("later") {
            guard let later = faults.table(node, keys: ["wait", "price_per_hour", "carbon"]) else { continue }
            later.require("wait")
            out.later.append(
                .init(
                    wait: later.seconds("wait") ?? 0, price: price(later, "price_per_hour"),
                    carbon: later.number("carbon", 0...5000)))
        }
        return out
    }

    private func spot(_ node: SettingsNode) -> Scenario.Spot? {
        guard
            let table = faults.table(
                node, keys: ["interruptions_per_hour", "checkpoint_every", "checkpoint_time", "restart"])
        else { return nil }
        table.require("interruptions_per_hour")
        return Scenario.Spot(
            rate: table.number("interruptions_per_hour", 0...3600) ?? 0,
            checkpointEvery: max(1, table.seconds("checkpoint_every") ?? 3600),
            checkpointTime: table.seconds("checkpoint_time") ?? 0, restart: table.seconds("restart") ?? 0)
    }

    mutating func links(_ node: SettingsNode) {
        let keys = ["from", "to", "both_ways"] + Self.linkKeys
        guard let table = faults.table(node, keys: keys) else { return }
        table.require("from")
        table.require("to")
        table.require("bandwidth", remedy: "add bandwidth: 1Gbit/s, or the p10 and p50 of what was measured")
        guard let link = link(table, from: table.text("from") ?? "", to: table.text("to") ?? "") else { return }
        append(link, node.place)
        guard table.flag("both_ways") == true else { return }
        var back = link
        (back.from, back.to) = (link.to, link.from)
        append(back, node.place)
    }

    private mutating func append(_ link: Scenario.Link, _ place: SettingsPlace) {
        note("link", "\(link.from) -> \(link.to)", place)
        if link.from == link.to {
            faults.add(
                place, "a link leads from \(link.from) to itself",
                remedy: "leave it away; what stays at a site costs nothing")
        }
        scenario.links.append(link)
    }

    private static let linkKeys = [
        "bandwidth", "sigma", "round_trip", "loss", "streams", "window", "efficiency", "tariff", "price_per_gb",
        "price_per_gib", "month_to_date", "fee", "windows", "transit", "measured", "note",
    ]

    private mutating func link(_ table: SettingsTable, from: String, to: String) -> Scenario.Link? {
        guard let node = table.node("bandwidth") else { return nil }
        var sigma = table.number("sigma", 0...5) ?? 0
        var rate: ByteRate?
        if case .table = node.content, let measured = faults.table(node, keys: ["p10", "p50"]) {
            measured.require("p50")
            rate = measured.rate("p50")
            if let low = measured.rate("p10"), let middle = rate {
                if low > middle {
                    faults.add(
                        measured.place("p10"), "the tenth percentile is above the middle",
                        remedy: "write p10 for the rate that nine of ten measurements exceeded")
                }
                // A ln-normal whose tenth percentile is this.
                sigma = Normal.log(max(1, middle.bytesPerSecond / low.bytesPerSecond)) / Normal.z90
            }
        } else {
            rate = table.rate("bandwidth")
        }
        guard let rate else { return nil }
        var out = Scenario.Link(from: from, to: to, rate: rate)
        out.sigma = sigma
        out.roundTrip = table.seconds("round_trip") ?? 0
        out.loss = table.share("loss") ?? 0
        out.streams = table.count("streams", 1...1024) ?? 8
        out.window = table.size("window")?.bytes
        out.efficiency = max(1e-6, table.share("efficiency") ?? 1)
        out.tariff = tariff(table) ?? Tariff()
        out.monthToDate = table.size("month_to_date")?.bytes ?? 0
        out.fee = money(table, "fee") ?? .zero
        out.windows = table.value("windows", "parts of the day such as 22:00-06:00", DayWindows.init(parsing:))
        out.transit = table.texts("transit")
        if let node = table.node("measured"),
            let inner = faults.table(node, keys: ["at", "probes", "transfers"]), inner.require("at")
        {
            out.measured = Scenario.Measurement(
                at: inner.text("at") ?? "", probes: inner.count("probes", 0...1_000_000) ?? 0,
                transfers: inner.count("transfers", 0...1_000_000) ?? 0)
        }
        if !["tariff", "price_per_gb", "price_per_gib"].contains(where: table.has) {
            faults.add(
                table.place, "the price of the link is missing, and none is not free",
                remedy: "add tariff: with an entry of the price book, price_per_gb: 0.02 or 0, or price_per_gb: unknown"
            )
        }
        return out
    }

    mutating func device(_ member: SettingsNode.Member) {
        note("device", member.key, member.place)
        let keys = [
            "from", "to", "capacity", "fee", "time", "tariff", "price_per_gb", "price_per_gib", "unavailable", "note",
        ]
        guard let table = faults.table(member.value, keys: keys) else { return }
        table.require("capacity")
        var out = Scenario.Device(name: member.key, capacity: table.size("capacity")?.bytes ?? 1)
        out.from = table.texts("from")
        out.to = table.texts("to")
        out.fee = price(table, "fee")
        out.seconds = table.seconds("time")
        out.tariffName = entry(table, "tariff", .device)
        if out.tariffName == nil { out.tariff = tariff(table) ?? .free }
        out.unavailable = table.text("unavailable")
        if out.capacity == 0 {
            faults.add(table.place("capacity"), "a device that takes nothing", remedy: "write its capacity, as 80TB")
        }
        scenario.devices.append(out)
    }

    mutating func dedicated(_ member: SettingsNode.Member) {
        note("dedicated link", member.key, member.place)
        let keys = ["from", "to", "price_per_hour", "hour_tariff", "commitment", "provisioning"] + Self.linkKeys
        guard let table = faults.table(member.value, keys: keys) else { return }
        for key in ["from", "to", "bandwidth"] { table.require(key) }
        guard let link = link(table, from: table.text("from") ?? "", to: table.text("to") ?? "") else { return }
        let price = HourlyTariff(
            name: entry(table, "hour_tariff", .hourly), price: price(table, "price_per_hour"))
        if price.name == nil, price.price == nil {
            faults.add(table.place, "the price of an hour is missing", remedy: "add price_per_hour: or hour_tariff:")
        }
        scenario.dedicated.append(
            .init(
                name: member.key, link: link, price: price,
                commitment: (table.seconds("commitment") ?? 2_628_000) / 3600,
                provisioning: table.seconds("provisioning") ?? 0))
    }
}
