internal import Settings

/// All classes, rules and sets of a decision; a denial wins over everything.
public struct PolicyBook: Sendable {
    /// Its name; decisions record it.
    public var id: String
    /// Its date.
    public var date: String
    /// Classes by name.
    public var classes: [String: DataClass] = [:]
    /// Rules beside them, in their order.
    public var rules: [PolicyRule] = []
    /// What named sets hold.
    public var sets = NamedSets()
    /// Rules that are not applied; for finding out what a rule costs.
    public var dropped: Set<String> = []
    /// Where classes and rules stand.
    var places: [String: SettingsPlace] = [:]

    /// A book that allows everything.
    public init(id: String = "none", date: String = "") {
        self.id = id
        self.date = date
    }

    /// What it is called in a decision.
    var name: String { id == Self().id && !ruleIDs.isEmpty ? "without a name" : id }

    /// The names of all that can deny: `CLASS.VERB`, `CLASS.hold`, and the rules.
    public var ruleIDs: [String] {
        let named = classes.values.flatMap { one in
            one.allows.keys.map { "\(one.name).\($0.rawValue)" } + (one.hold == nil ? [] : ["\(one.name).hold"])
        }
        return (named + rules.map(\.id)).filter { !dropped.contains($0) }.sorted()
    }

    /// The first denial of doing `verb` with data of `labels` at a site; nil where it is allowed.
    ///
    /// Each label must allow it. Labels and rules are looked at in a fixed order, so that the answer is always the same.
    public func denial(_ verb: PolicyVerb, of labels: [String], at site: String, _ attributes: [String: String])
        -> Denial?
    {
        for label in labels.sorted() {
            for asked in verb == .store || verb == .process ? [verb, .operator] : [verb] {
                if let found = classDenial(asked, label, site, attributes) { return found }
            }
        }
        for rule in rules where !dropped.contains(rule.id) && (rule.verbs.isEmpty || rule.verbs.contains(verb)) {
            let touched =
                rule.classes.isEmpty ? (labels.isEmpty ? ["*"] : labels) : labels.filter(rule.classes.contains)
            guard let label = touched.min() else { continue }
            if let because = refused(by: rule, attributes) {
                return Denial(rule: rule.id, dataClass: label, verb: verb.rawValue, site: site, because: because)
            }
        }
        return nil
    }

    private func classDenial(_ verb: PolicyVerb, _ label: String, _ site: String, _ attributes: [String: String])
        -> Denial?
    {
        let id = "\(label).\(verb.rawValue)"
        guard !dropped.contains(id), let allowed = classes[label]?.allows[verb] else { return nil }
        let found = allowed.judge(attributes, sets: sets)
        guard found.truth != .yes else { return nil }
        return Denial(
            rule: id, dataClass: label, verb: verb.rawValue, site: site, because: found.because ?? "\(allowed) is asked"
        )
    }

    private func refused(by rule: PolicyRule, _ attributes: [String: String]) -> String? {
        if let denies = rule.denies {
            // What cannot be told from a denied site counts as one.
            let found = denies.judge(attributes, sets: sets)
            if found.truth != .no { return found.because ?? "\(denies) is denied" }
        }
        if let allows = rule.allows {
            let found = allows.judge(attributes, sets: sets)
            if found.truth != .yes { return found.because ?? "\(allows) is asked" }
        }
        return nil
    }

    /// The labels of what is derived from data of `labels` in the way `kind`; all of them where no class says otherwise.
    public func derived(_ kind: String?, from labels: [String]) -> [String] {
        guard let kind else { return Array(Set(labels)).sorted() }
        return Array(Set(labels.map { classes[$0]?.derives[kind] ?? $0 })).sorted()
    }

    /// How many copies must stay at which sites, for data of `labels`.
    public func holds(_ labels: [String]) -> [(rule: String, label: String, hold: DataClass.Hold)] {
        labels.sorted().compactMap { label in
            guard !dropped.contains("\(label).hold"), let hold = classes[label]?.hold else { return nil }
            return ("\(label).hold", label, hold)
        }
    }

    /// The same without the rules `ids`.
    public func without(_ ids: some Sequence<String>) -> PolicyBook {
        var copy = self
        copy.dropped.formUnion(ids)
        return copy
    }
}
