public import Settings

extension PolicyBook {
    /// The book of a configuration: its classes, and its policies, which are a list of rules, or a table with `rules`,
    /// `sets`, and a `policy` with `id` and `date`.
    ///
    /// - Parameter file: what the place of the whole is called.
    /// - Throws: `usage` with all that is wrong.
    public init(classes: SettingsNode?, policies: SettingsNode?, file: String) throws {
        self.init(id: file)
        let faults = SettingsFaults()
        let place = policies?.place ?? classes?.place ?? SettingsPlace(file: file, line: 1, column: 1)
        var members: [SettingsNode.Member] = []
        if let classes { members.append(.init(key: "classes", place: classes.place, value: classes)) }
        if let policies, case .list = policies.content {
            members.append(.init(key: "rules", place: policies.place, value: policies))
        } else if let policies, case .table(let own) = policies.content {
            members += own
        }
        let whole = SettingsNode(place: place, content: .table(members))
        if let table = faults.table(whole, keys: Self.keys) {
            read(table, faults)
            checkNames(place, faults)
        }
        try faults.check()
    }
}
