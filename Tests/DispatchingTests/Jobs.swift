import Dispatching
import Placement

/// Jobs for tests.
enum Some {
    static let batch = "kbatch2345"

    static func id(_ number: Int) -> JobID { JobID(batch: batch, number: number) }

    /// A job that is run by the shell of this host in a folder below `folder`.
    static func job(
        _ number: Int = 1, run: Scenario.Run, in folder: String = "/nowhere",
        executor: Scenario.Executor = .init(.shell),
        inputs: [JobOrder.Input] = [], outputs: [String] = [], parents: [Int] = [], stages: [JobMove] = [],
        returns: [JobMove] = [], batch: String = batch, notBefore: Double? = nil, at now: Double = 1_790_000_000
    ) -> JobRecord {
        let id = JobID(batch: batch, number: number)
        let order = JobOrder(
            executor: executor, run: run, inputs: inputs, outputs: outputs, folder: "\(folder)/\(id)")
        return JobRecord(
            id: id, cause: "cause", scenario: "story", workload: "w\(number)", site: "here", offer: "own",
            way: "run at the data", order: order, parents: parents.map { JobID(batch: batch, number: $0) },
            notBefore: notBefore, expected: JobFigures(work: 10),
            rate: JobRate(hour: Price(parsing: "3.6") ?? .zero, machines: 2, minimumBilling: 0), stages: stages,
            returns: returns, at: now)
    }

    static func move(_ name: String, expected: JobMove.Expected? = nil) -> JobMove {
        JobMove(
            name: name, isDataset: true, fromSite: "there", toSite: "here", from: "/there/\(name)", to: "/here/\(name)",
            expected: expected)
    }
}
