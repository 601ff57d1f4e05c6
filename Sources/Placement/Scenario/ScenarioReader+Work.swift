internal import Model
internal import Settings

extension ScenarioReader {
    mutating func dataset(_ member: SettingsNode.Member) {
        note("dataset", member.key, member.place)
        let keys = ["size", "ratio", "object", "at", "presence", "class", "churn", "error", "known", "paths", "note"]
        guard let table = faults.table(member.value, keys: keys) else { return }
        table.require("size")
        var out = Scenario.Dataset(name: member.key, size: table.size("size")?.bytes ?? 0)
        out.ratio = positive(table, "ratio", upTo: 4) ?? 1
        out.object = max(1, table.size("object")?.bytes ?? out.object)
        out.labels = table.texts("class").sorted()
        out.churn = table.share("churn") ?? 0
        out.error = table.share("error") ?? 0
        out.paths = paths(table)
        out.known = table.members("known").compactMap { known($0, table) }.sorted { $0.site < $1.site }
        if table.has("at"), table.has("presence") {
            faults.add(table.place, "at and presence exclude each other", remedy: "keep one of them")
        }
        out.presence = table.has("presence") ? presence(table) : Scenario.Presence.nested(shares(table))
        let sum = out.presence.map(\.share).reduce(0, +)
        if abs(sum - 1) > 1e-9 {
            faults.add(
                table.place, "the sites hold \(Quantity.decimal(sum * 100, places: 1)) % of it together",
                remedy: "say where all of it is: one site with a share of 1, or presence shares that add to 1")
        }
        for part in out.presence {
            for site in part.sites { uses.append(("site", site, table.place(table.has("at") ? "at" : "presence"))) }
        }
        guard scenario.datasets.count < Scenario.datasetsMax else {
            faults.add(
                member.place, "there are more than \(Scenario.datasetsMax) datasets", remedy: "put some together")
            return
        }
        scenario.datasets.append(out)
    }

    private mutating func known(_ member: SettingsNode.Member, _ owner: SettingsTable) -> Scenario.Knowledge? {
        uses.append(("site", member.key, member.place))
        guard let table = faults.table(member.value, keys: ["how", "at", "root"]), table.require("how"),
            table.require("at")
        else { return nil }
        return Scenario.Knowledge(
            site: member.key, how: table.text("how") ?? "", at: table.text("at") ?? "", root: table.text("root"))
    }

    /// The share that each site holds; a list of sites, or one, holds all of it.
    private func shares(_ table: SettingsTable) -> [String: Double] {
        guard let node = table.node("at") else {
            faults.add(
                table.place, "at is missing", remedy: "say where it is: at: berlin, or at: {berlin: 1, virginia: 0.9}")
            return [:]
        }
        var out: [String: Double] = [:]
        if case .table(let members) = node.content {
            for member in members {
                guard let text = table.text(member.value) else { continue }
                if let share = SettingsTable.share(parsing: text) {
                    out[member.key] = share
                } else {
                    faults.add(member.value.place, "\"\(text)\" is no share from 0 to 1", remedy: "write 0.9 or 90%")
                }
            }
        } else {
            for name in table.texts("at") { out[name] = 1 }
        }
        return out
    }

    private func presence(_ table: SettingsTable) -> [Scenario.Presence] {
        table.list("presence").compactMap { node in
            guard let part = faults.table(node, keys: ["name", "sites", "share"]) else { return nil }
            part.require("sites")
            part.require("share")
            return Scenario.Presence(
                name: part.text("name"), sites: part.texts("sites").sorted(), share: part.share("share") ?? 0)
        }
    }

    mutating func workload(_ member: SettingsNode.Member) {
        note("workload", member.key, member.place)
        let keys = [
            "reads", "after", "runtime", "variation", "outputs", "deadline", "confidence", "hour_value",
            "runs_per_month", "months", "latency", "sites", "offers", "overlaps", "queues_after_staging", "image",
            "split", "machines", "class", "run", "note",
        ]
        guard let table = faults.table(member.value, keys: keys) else { return }
        var out = Scenario.Workload(name: member.key)
        out.after = table.texts("after")
        for name in out.after { uses.append(("workload", name, table.place("after"))) }
        out.reads = table.list("reads").compactMap { read($0, table) }
        runtime(table, &out)
        out.variation = table.number("variation", 0...5) ?? 0
        for output in table.members("outputs") {
            if let output = self.output(output) { out.outputs.append(output) }
        }
        out.deadline = table.seconds("deadline")
        out.confidence = confidence(table)
        out.hourValue = price(table, "hour_value") ?? .zero
        out.runsPerMonth = positive(table, "runs_per_month", upTo: 1_000_000)
        out.months = table.number("months", 0...1200) ?? 1
        out.sites = PolicyBook.expression(table, "sites", faults) ?? .all
        out.offers = table.texts("offers")
        out.overlaps = table.flag("overlaps") ?? false
        out.queuesAfterStaging = table.flag("queues_after_staging") ?? false
        out.machines = table.count("machines", 1...1_000_000) ?? 1
        out.labels = table.texts("class").sorted()
        out.run = run(table)
        extras(table, &out)
        guard scenario.workloads.count < Scenario.workloadsMax else {
            faults.add(
                member.place, "there are more than \(Scenario.workloadsMax) workloads",
                remedy: "decide for some at a time")
            return
        }
        scenario.workloads.append(out)
    }

    private mutating func read(_ node: SettingsNode, _ owner: SettingsTable) -> Scenario.Read? {
        if case .scalar(let name) = node.content {
            uses.append(("dataset or output", name, node.place))
            return Scenario.Read(name: name)
        }
        guard let table = faults.table(node, keys: ["data", "parts", "share", "passes"]), table.require("data"),
            let name = table.text("data")
        else { return nil }
        uses.append(("dataset or output", name, table.place("data")))
        var out = Scenario.Read(name: name)
        out.parts = table.texts("parts").sorted()
        for part in out.parts { uses.append(("part of \(name)", part, table.place("parts"))) }
        out.share = table.share("share") ?? 1
        out.passes = table.number("passes", 1...1e6) ?? 1
        return out
    }

    private func runtime(_ table: SettingsTable, _ out: inout Scenario.Workload) {
        guard let node = table.node("runtime") else {
            faults.add(
                table.place, "runtime is missing, and none is guessed",
                remedy: "add runtime: 4h, or a time for each offer")
            return
        }
        guard case .table(let members) = node.content else {
            out.runtime = table.seconds("runtime")
            return
        }
        for member in members {
            guard let text = table.text(member.value) else { continue }
            if let seconds = SettingsTable.seconds(parsing: text) {
                out.runtimeByOffer[member.key] = seconds
            } else {
                faults.add(member.value.place, "\"\(text)\" is no time", remedy: "write a time such as 4h or 90s")
            }
        }
    }

    private mutating func output(_ member: SettingsNode.Member) -> Scenario.Output? {
        guard let table = faults.table(member.value, keys: ["size", "ratio", "to", "derive", "paths"]) else {
            return nil
        }
        table.require("size")
        var out = Scenario.Output(name: member.key, size: table.size("size")?.bytes ?? 0)
        out.ratio = positive(table, "ratio", upTo: 4) ?? 1
        out.to = table.text("to")
        if let to = out.to { uses.append(("site", to, table.place("to"))) }
        out.derive = table.text("derive")
        out.paths = paths(table)
        return out
    }

    private mutating func extras(_ table: SettingsTable, _ out: inout Scenario.Workload) {
        if let node = table.node("latency"),
            let inner = faults.table(node, keys: ["from", "within", "service", "payload"]),
            inner.require("from"), inner.require("within")
        {
            var latency = Scenario.Latency(from: inner.text("from") ?? "", within: inner.seconds("within") ?? 0)
            latency.service = inner.seconds("service") ?? 0
            latency.payload = inner.size("payload")?.bytes ?? 0
            uses.append(("site", latency.from, inner.place("from")))
            out.latency = latency
        }
        if let node = table.node("image"), let inner = faults.table(node, keys: ["size", "from"]),
            inner.require("size"),
            inner.require("from")
        {
            out.image = Scenario.Image(size: inner.size("size")?.bytes ?? 0, from: inner.text("from") ?? "")
            uses.append(("site", inner.text("from") ?? "", inner.place("from")))
        }
        if let node = table.node("split"), let inner = faults.table(node, keys: ["share", "keeps", "derive"]),
            inner.require("share"), inner.require("keeps")
        {
            out.split = Scenario.Split(share: inner.share("share") ?? 0, keeps: inner.share("keeps") ?? 1)
            out.split?.derive = inner.text("derive")
        }
    }
}
