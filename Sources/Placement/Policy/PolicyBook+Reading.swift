internal import Model
internal import Settings

extension PolicyBook {
    static let keys = ["policy", "classes", "rules", "sets"]
    private static let verbNames = ["store", "process", "transit", "operator"]

    /// Takes over the classes, rules and sets of a table, beside those that are there.
    mutating func read(_ table: SettingsTable, _ faults: SettingsFaults) {
        if let node = table.node("policy"), let head = faults.table(node, keys: ["id", "date"]) {
            id = head.text("id") ?? id
            date = head.text("date") ?? date
        }
        for member in table.members("sets") { readSet(member, faults) }
        for member in table.members("classes") {
            if classes[member.key] != nil {
                faults.add(member.place, "the class \(member.key) stands twice", remedy: "keep one of them")
            }
            places[member.key] = member.place
            if let one = Self.dataClass(member, faults) { classes[member.key] = one }
        }
        for node in table.list("rules") {
            guard let rule = Self.rule(node, faults) else { continue }
            if rules.contains(where: { $0.id == rule.id }) {
                faults.add(node.place, "the rule \(rule.id) stands twice", remedy: "give each rule an id of its own")
            }
            places[rule.id] = node.place
            rules.append(rule)
        }
    }

    /// Notes sets and classes that are named and not there.
    func checkNames(_ place: SettingsPlace, _ faults: SettingsFaults) {
        for (owner, expression) in expressions { checkSets(owner, expression, places[owner] ?? place, faults) }
        for one in classes.values.sorted(by: { $0.name < $1.name }) {
            for target in one.derives.values.sorted() where classes[target] == nil {
                faults.add(
                    places[one.name] ?? place, "\(one.name) derives the class \(target), which is not there",
                    remedy: "add it below classes"
                )
            }
        }
        for rule in rules {
            for name in rule.classes where classes[name] == nil {
                faults.add(
                    places[rule.id] ?? place, "\(rule.id) speaks of the class \(name), which is not there",
                    remedy: "add it below classes")
            }
        }
    }

    /// Notes sets that an expression names and that are not there.
    func checkSets(_ owner: String, _ expression: SiteExpression, _ place: SettingsPlace, _ faults: SettingsFaults) {
        for set in expression.sets where sets.values(set.name, at: set.date) == nil {
            let near = Spelling.nearest(set.name, among: sets.names)
            faults.add(
                place, "\(owner) speaks of @\(set.name)\(set.date.map { ":" + $0 } ?? ""), which is no set then",
                remedy: near.map { "did you mean @\($0)?" } ?? "add it below sets, or name the file that has it too"
            )
        }
    }

    /// All site expressions, with the class or rule that each belongs to, in a fixed order.
    var expressions: [(owner: String, expression: SiteExpression)] {
        var out: [(owner: String, expression: SiteExpression)] = []
        for one in classes.values.sorted(by: { $0.name < $1.name }) {
            for verb in PolicyVerb.allCases {
                if let expression = one.allows[verb] { out.append((one.name, expression)) }
            }
            if let hold = one.hold { out.append((one.name, hold.sites)) }
        }
        for rule in rules {
            for expression in [rule.allows, rule.denies] {
                if let expression { out.append((rule.id, expression)) }
            }
        }
        return out
    }

    private mutating func readSet(_ member: SettingsNode.Member, _ faults: SettingsFaults) {
        guard case .list(let items) = member.value.content else {
            faults.add(
                member.value.place, "a list is needed here", remedy: "write [DE, FR] or a list of {from, values}")
            return
        }
        var editions: [NamedSets.Edition] = []
        var plain: [String] = []
        for item in items {
            if case .scalar(let text) = item.content {
                plain.append(text)
            } else if let table = faults.table(item, keys: ["from", "values", "source"]) {
                table.require("values")
                editions.append(
                    .init(from: table.text("from") ?? "", values: table.texts("values"), source: table.text("source")))
            }
        }
        if !plain.isEmpty { editions.append(.init(from: "", values: plain)) }
        sets.merge(NamedSets([member.key: editions]))
    }

    private static func dataClass(_ member: SettingsNode.Member, _ faults: SettingsFaults) -> DataClass? {
        guard let table = faults.table(member.value, keys: verbNames + ["derive", "hold", "note"]) else { return nil }
        var out = DataClass(name: member.key)
        out.allows[.store] = expression(table, "store", faults)
        out.allows[.process] = expression(table, "process", faults)
        out.allows[.operator] = expression(table, "operator", faults)
        if let node = table.node("transit") {
            if case .table = node.content, let transit = faults.table(node, keys: ["plaintext", "ciphertext"]) {
                out.allows[.transitPlaintext] = expression(transit, "plaintext", faults)
                out.allows[.transitCiphertext] = expression(transit, "ciphertext", faults)
            } else {
                out.allows[.transitPlaintext] = expression(table, "transit", faults)
                out.allows[.transitCiphertext] = out.allows[.transitPlaintext]
            }
        }
        for derive in table.members("derive") {
            if let text = table.text(derive.value) { out.derives[derive.key] = text }
        }
        if let node = table.node("hold"), let hold = faults.table(node, keys: ["in", "copies"]) {
            out.hold = DataClass.Hold(
                sites: expression(hold, "in", faults) ?? .all, copies: hold.count("copies", 1...1000) ?? 1)
        }
        return out
    }

    private static func rule(_ node: SettingsNode, _ faults: SettingsFaults) -> PolicyRule? {
        guard let table = faults.table(node, keys: ["id", "classes", "verbs", "deny", "allow", "note"]) else {
            return nil
        }
        table.require("id")
        if !table.has("deny"), !table.has("allow") {
            faults.add(
                node.place, "the rule says neither deny nor allow", remedy: "add deny: or allow: and a site expression")
        }
        var verbs: [PolicyVerb] = []
        for item in table.list("verbs") {
            guard let text = table.text(item) else { continue }
            if text == "transit" {
                verbs += [.transitPlaintext, .transitCiphertext]
            } else if let verb = PolicyVerb(rawValue: text) {
                verbs.append(verb)
            } else {
                faults.add(
                    item.place, "\(text) is no verb",
                    remedy: "the verbs are \(PolicyVerb.allCases.map(\.rawValue).joined(separator: ", "))")
            }
        }
        guard let id = table.text("id") else { return nil }
        return PolicyRule(
            id: id, classes: table.texts("classes"), verbs: verbs, denies: expression(table, "deny", faults),
            allows: expression(table, "allow", faults))
    }

    /// The site expression at `key`; noted where it is none, with a caret below the place.
    static func expression(_ table: SettingsTable, _ key: String, _ faults: SettingsFaults) -> SiteExpression? {
        guard let node = table.node(key), let text = table.text(node) else { return nil }
        do {
            return try SiteExpression(parsing: text)
        } catch let error as PerigeeError {
            faults.add(node.place, error.message, remedy: error.remedy ?? "mend the expression")
        } catch {
            faults.add(node.place, "\(error)", remedy: "mend the expression")
        }
        return nil
    }
}
