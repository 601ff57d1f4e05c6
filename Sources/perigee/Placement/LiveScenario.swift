internal import Configurations
internal import Model
internal import Placement
internal import Replication
internal import Settings

/// The live configuration as a scenario beside the files that speak of it.
struct LiveScenario {
    let loaded: LoadedConfiguration
    let verb: Place
    let context: Context

    /// The scenario of the configuration, with the datasets that `files` or its own workloads read; and what deserves a look.
    func file(beside files: [Scenario.File]) throws -> (file: Scenario.File, notes: [String]) {
        let state = StateFolder(path: context.options.stateFolder)
        let base = ConfigurationScenario(loaded, state: state, minute: LimitKeeper.minuteOfDay())
        let all = files + [base.file(datasets: []).file]
        let reads = try Self.reads(all)
        try checkNames(reads, all)
        let wanted = Set(reads.map(\.name))
        var datasets: [(name: String, node: SettingsNode)] = []
        var notes: [String] = []
        for dataset in loaded.configuration.datasets where wanted.contains(dataset.name) {
            let found = try LivePresence(dataset: dataset, loaded: loaded, verb: verb, context: context).node()
            datasets.append((dataset.name, found.node))
            notes += found.notes
        }
        let made = base.file(datasets: datasets)
        return (made.file, notes + made.notes)
    }

    /// What nobody describes is told before anything is looked at.
    private func checkNames(_ reads: [(name: String, place: SettingsPlace)], _ files: [Scenario.File]) throws {
        var known = Set(loaded.configuration.datasets.map(\.name))
        for file in files {
            if case .table(let own)? = try file.node()["datasets"]?.content { known.formUnion(own.map(\.key)) }
        }
        // With a dot it is what a workload makes, which is looked up when all is read.
        guard let read = reads.first(where: { !known.contains($0.name) && !$0.name.contains(".") }) else { return }
        let guess = PerigeeConfiguration.suggestion(for: read.name, among: known.sorted())
        throw PerigeeError(
            .usage, "there is no dataset \(read.name)", at: "\(read.place)",
            remedy: guess.map { "did you mean \($0)?" }
                ?? "describe it below datasets: of \(loaded.path), or in a file that is named")
    }

    /// The names that workloads of `files` read, with their places.
    private static func reads(_ files: [Scenario.File]) throws -> [(name: String, place: SettingsPlace)] {
        var out: [(name: String, place: SettingsPlace)] = []
        for file in files {
            guard case .table(let workloads)? = try file.node()["workloads"]?.content else { continue }
            for workload in workloads {
                let node = workload.value["reads"]
                let items: [SettingsNode]
                if case .list(let list)? = node?.content { items = list } else { items = node.map { [$0] } ?? [] }
                out += items.compactMap { item in (item.text ?? item["data"]?.text).map { ($0, item.place) } }
            }
        }
        return out
    }
}
