internal import Model
internal import Settings

extension ScenarioReader {
    /// Notes all names that name nothing.
    mutating func checkNames() {
        let sites = scenario.sites.map(\.name)
        let outputs = scenario.workloads.flatMap { work in work.outputs.map { "\(work.name).\($0.name)" } }
        var names: [String: [String]] = [
            "site": sites, "workload": scenario.workloads.map(\.name),
            "dataset or output": scenario.datasets.map(\.name) + outputs,
        ]
        for dataset in scenario.datasets { names["part of \(dataset.name)"] = dataset.presence.compactMap(\.name) }
        for use in uses { check(use.kind, use.name, use.place, names[use.kind] ?? []) }
        for link in scenario.links {
            let place = places["link \(link.from) -> \(link.to)"] ?? SettingsPlace(file: "", line: 1, column: 1)
            for name in [link.from, link.to] { check("site", name, place, sites) }
        }
        for device in scenario.devices {
            for name in device.from + device.to { check("site", name, places["device \(device.name)"], sites) }
        }
        for one in scenario.dedicated {
            for name in [one.link.from, one.link.to] {
                check("site", name, places["dedicated link \(one.name)"], sites)
            }
        }
        let classes = scenario.policy.classes.keys.sorted()
        for dataset in scenario.datasets {
            for label in dataset.labels { check("class", label, places["dataset \(dataset.name)"], classes) }
        }
        let offers = Set(
            scenario.sites.flatMap { site in site.offers.flatMap { [$0.name, "\(site.name)/\($0.name)"] } }
        ).sorted()
        for work in scenario.workloads {
            for label in work.labels { check("class", label, places["workload \(work.name)"], classes) }
            for name in work.offers + work.runtimeByOffer.keys.sorted() {
                check("offer", name, places["workload \(work.name)"], offers)
            }
        }
    }

    private func check(_ kind: String, _ name: String, _ place: SettingsPlace?, _ known: [String]) {
        guard !known.contains(name) else { return }
        let near = Spelling.nearest(name, among: known)
        let some = known.prefix(8).joined(separator: ", ")
        faults.add(
            place ?? SettingsPlace(file: "", line: 1, column: 1),
            "there is no \(kind) \(TreePath.printable(name.utf8))",
            remedy: near.map { "did you mean \($0)?" }
                ?? (some.isEmpty ? "describe it, or name the file that has it too" : "there are \(some)"))
    }

    /// Puts workloads behind those that they wait for; notes a circle.
    mutating func orderWorkloads() {
        let index = Dictionary(scenario.workloads.enumerated().map { ($0.element.name, $0.offset) }) { first, _ in first
        }
        let parents = scenario.workloads.map { work in
            Set(
                work.after.compactMap { index[$0] }
                    + work.reads.compactMap { read in
                        read.name.lastIndex(of: ".").flatMap { index[String(read.name[..<$0])] }
                    })
        }
        var order: [Int] = []
        var waits = parents.map(\.count)
        var children = [[Int]](repeating: [], count: parents.count)
        for (child, set) in parents.enumerated() { for parent in set { children[parent].append(child) } }
        var ready = waits.indices.filter { waits[$0] == 0 }
        while !ready.isEmpty {
            let next = ready.removeFirst()
            order.append(next)
            for child in children[next].sorted() {
                waits[child] -= 1
                if waits[child] == 0 { ready.append(child) }
            }
        }
        guard order.count == parents.count else {
            let stuck = waits.indices.filter { waits[$0] > 0 }.map { scenario.workloads[$0].name }
            faults.add(
                places["workload \(stuck[0])"] ?? SettingsPlace(file: "", line: 1, column: 1),
                stuck.count == 1
                    ? "\(stuck[0]) waits for itself"
                    : "\(stuck.prefix(8).joined(separator: ", ")) wait for each other in a circle",
                remedy: "take one of their after: or reads: away")
            return
        }
        scenario.workloads = order.map { scenario.workloads[$0] }
    }
}
