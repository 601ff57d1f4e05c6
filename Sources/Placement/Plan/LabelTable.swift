/// The classes of all data of a scenario, those of outputs by what they are made of.
struct LabelTable: Sendable {
    /// By the name of a dataset or `WORKLOAD.OUTPUT`.
    private(set) var labels: [String: [String]] = [:]

    /// Labels join: what is made of several classes has all of them, unless a class says what it becomes.
    init(_ scenario: Scenario) {
        for dataset in scenario.datasets { labels[dataset.name] = dataset.labels }
        for work in scenario.workloads {
            let read = read(by: work)
            for output in work.outputs {
                labels["\(work.name).\(output.name)"] = scenario.policy.derived(output.derive, from: read)
            }
        }
    }

    /// The classes of all that a workload reads, and its own.
    func read(by work: Scenario.Workload) -> [String] {
        Array(Set(work.labels + work.reads.flatMap { labels[$0.name] ?? [] })).sorted()
    }
}
