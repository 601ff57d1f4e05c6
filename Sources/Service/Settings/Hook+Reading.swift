internal import Model

extension Hook {
    /// Reads `hooks:`, a list.
    ///
    /// ```yaml
    /// hooks:
    ///   - before: /usr/local/bin/freeze-database
    ///     schedules: [nightly]
    ///     timeout: 2m
    ///   - after: logger "perigee: $PERIGEE_SCHEDULE $PERIGEE_OUTCOME"
    ///     needed: false
    /// ```
    static func read(_ node: PlacedNode?) throws(PerigeeError) -> [Hook] {
        guard let node else { return [] }
        guard let items = node.plainItems, items.count <= countMax else {
            throw PerigeeError(
                .usage, "hooks are no list of at most \(countMax)", at: node.plainPlace,
                remedy: "begin each with a hyphen: - before: COMMAND")
        }
        var hooks: [Hook] = []
        for item in items { hooks.append(try Hook(item)) }
        return hooks
    }

    private init(_ node: PlacedNode) throws(PerigeeError) {
        var reader = try SectionReader(node, "a hook")
        let before = try reader.text("before", "a command for /bin/sh")
        let after = try reader.text("after", "a command for /bin/sh")
        guard let command = before ?? after, before == nil || after == nil else {
            throw PerigeeError(
                .usage, "a hook runs before or after", at: reader.place,
                remedy: "write one of before: COMMAND and after: COMMAND, and a second hook for the other")
        }
        moment = before == nil ? .after : .before
        self.command = command
        timeout = try reader.seconds("timeout", most: Self.timeoutMax) ?? Self.timeoutUsual
        schedules = try reader.texts("schedules", "names of schedules, as [nightly]")
        isNeeded = try reader.flag("needed") ?? (moment == .before)
        try reader.finish()
    }
}
