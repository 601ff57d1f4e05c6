internal import Model
internal import Settings

// What is needed to run workloads where it was decided.
extension ScenarioReader {
    private static let executorKeys = [
        "kind", "host", "port", "folder", "options", "partition", "account", "constraint", "context", "namespace",
        "image", "nodes", "prefers", "volumes", "resources",
    ]

    /// What runs work at an offer: one word, or a table.
    func executor(_ table: SettingsTable) -> Scenario.Executor? {
        guard let node = table.node("executor") else { return nil }
        if case .scalar(let word) = node.content {
            guard let kind = Scenario.Executor.Kind(rawValue: word), kind == .shell || kind == .slurm else {
                faults.add(
                    node.place, "\"\(word)\" alone is no executor",
                    remedy: "write shell or slurm, or a table such as {kind: ssh, host: me@host}")
                return nil
            }
            return Scenario.Executor(kind)
        }
        guard let inner = faults.table(node, keys: Self.executorKeys), inner.require("kind") else { return nil }
        let kinds = Scenario.Executor.Kind.allCases.map(\.rawValue).joined(separator: ", ")
        guard let kind = inner.value("kind", "one of \(kinds)", Scenario.Executor.Kind.init) else { return nil }
        var out = Scenario.Executor(kind)
        out.host = plain(inner, "host")
        out.port = inner.count("port", 1...65_535).map { UInt16($0) }
        out.folder = plain(inner, "folder")
        batch(inner, &out)
        pods(inner, &out)
        check(out, inner)
        return out
    }

    private func batch(_ table: SettingsTable, _ out: inout Scenario.Executor) {
        out.options = table.texts("options")
        out.partition = plain(table, "partition")
        out.account = plain(table, "account")
        out.constraint = plain(table, "constraint")
        for option in out.options where !option.hasPrefix("-") || option.contains("\0") {
            faults.add(
                table.place("options"), "\"\(option)\" is no option", remedy: "write each as one word: --gpus=1")
        }
    }

    private func pods(_ table: SettingsTable, _ out: inout Scenario.Executor) {
        out.context = plain(table, "context")
        out.namespace = plain(table, "namespace")
        out.image = plain(table, "image")
        out.nodes = labels(table, "nodes")
        out.prefers = labels(table, "prefers")
        for member in table.members("resources") { out.resources[member.key] = table.text(member.value) ?? "" }
        for node in table.list("volumes") {
            guard let inner = faults.table(node, keys: ["at", "claim", "folder", "read_only"]), inner.require("at")
            else { continue }
            var volume = Scenario.Executor.Volume(at: inner.text("at") ?? "")
            (volume.claim, volume.folder) = (inner.text("claim"), inner.text("folder"))
            volume.isReadOnly = inner.flag("read_only") ?? false
            if (volume.claim == nil) == (volume.folder == nil) || !volume.at.hasPrefix("/") {
                faults.add(
                    inner.place, "a volume has a place and one source",
                    remedy: "write {at: /data, claim: NAME} or folder:")
            }
            out.volumes.append(volume)
        }
    }

    private func labels(_ table: SettingsTable, _ key: String) -> [Scenario.Executor.NodeLabel] {
        table.members(key).map { member in
            if case .list(let items) = member.value.content {
                return .init(name: member.key, values: items.compactMap { table.text($0) })
            }
            return .init(name: member.key, values: [table.text(member.value)].compactMap(\.self))
        }
    }

    private func check(_ executor: Scenario.Executor, _ table: SettingsTable) {
        if executor.kind == .shell, executor.host != nil {
            faults.add(table.place("host"), "a shell is on this host", remedy: "write kind: ssh, or leave host: away")
        }
        if executor.kind == .kubernetes, executor.image == nil {
            faults.add(table.place, "image is missing", remedy: "add image: with what containers are made of")
        }
        if executor.kind != .shell, executor.host != nil || executor.kind == .kubernetes, executor.folder == nil {
            faults.add(
                table.place, "folder is missing", remedy: "add folder: an absolute path there for the folders of jobs")
        }
        if let folder = executor.folder, !folder.contains("/") {
            faults.add(table.place("folder"), "\"\(folder)\" is no absolute path", remedy: "write folder: /path")
        }
    }

    /// A text that no program takes for an option.
    private func plain(_ table: SettingsTable, _ key: String) -> String? {
        guard let text = table.text(key) else { return nil }
        if text.isEmpty || text.hasPrefix("-") || text.unicodeScalars.contains(where: { $0.value < 0x20 }) {
            faults.add(table.place(key), "it begins with - or has signs that cannot be seen", remedy: "write another")
            return nil
        }
        return text
    }

    /// How a workload is run: `run: {command: [...]}` or `run: {shell: "..."}`.
    func run(_ table: SettingsTable) -> Scenario.Run? {
        guard let node = table.node("run") else { return nil }
        guard let inner = faults.table(node, keys: ["command", "shell", "environment", "timeout", "log"]) else {
            return nil
        }
        guard inner.has("command") != inner.has("shell") else {
            faults.add(
                inner.place, "it has both or none of command and shell",
                remedy: "write command: [program, argument], or shell: with a line for sh")
            return nil
        }
        let words = inner.texts("command")
        var out = Scenario.Run(inner.has("shell") ? .line(inner.text("shell") ?? "") : .words(words))
        if inner.has("command"), words.first.map({ $0.isEmpty || $0.hasPrefix("-") }) ?? true {
            faults.add(inner.place("command"), "the first word is no program", remedy: "write [program, argument]")
        }
        for member in inner.members("environment") {
            guard Self.isVariable(member.key) else {
                faults.add(
                    member.place, "\"\(member.key)\" is no name of a variable, or one of Perigee's",
                    remedy: "write letters, digits and _, and nothing that begins with PERIGEE_")
                continue
            }
            out.environment[member.key] = inner.text(member.value) ?? ""
        }
        out.timeout = inner.seconds("timeout")
        out.log = inner.size("log")?.bytes
        if let timeout = out.timeout, timeout < 1 {
            faults.add(inner.place("timeout"), "it is less than a second", remedy: "write a second at least")
        }
        let texts = words + [inner.text("shell") ?? ""] + out.environment.values
        if texts.contains(where: { $0.contains("\0") }) {
            faults.add(inner.place, "a text holds a zero byte", remedy: "take it out: no program can be given one")
        }
        return out
    }

    private static func isVariable(_ name: String) -> Bool {
        let isPlain = name.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0) || $0 == 0x5f
        }
        guard let first = name.utf8.first else { return false }
        return isPlain && !(0x30...0x39).contains(first) && !name.hasPrefix("PERIGEE_")
    }

    /// Where something is at sites, as endpoints.
    mutating func paths(_ table: SettingsTable) -> [String: String] {
        var out: [String: String] = [:]
        for member in table.members("paths") {
            uses.append(("site", member.key, member.place))
            guard let text = table.text(member.value) else { continue }
            if text.isEmpty || text.hasPrefix("-") || text.contains("\0") {
                faults.add(member.value.place, "\"\(text)\" is no place", remedy: "write /path or user@host:/path")
            }
            out[member.key] = text
        }
        return out
    }
}
