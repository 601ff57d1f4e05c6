public import Placement

/// What is to be run: the command, what it reads and makes, and where.
public struct JobOrder: Hashable, Sendable, Codable {
    /// Something that work reads.
    public struct Input: Hashable, Sendable, Codable {
        /// The dataset, or `WORKLOAD.OUTPUT`.
        public var name: String
        /// Its folder, as work sees it.
        public var path: String

        /// An input.
        public init(name: String, path: String) {
            self.name = name
            self.path = path
        }
    }

    /// What runs it.
    public var executor: Scenario.Executor
    /// The command, its variables and limits.
    public var run: Scenario.Run
    /// What it reads.
    public var inputs: [Input]
    /// What it makes: each a folder of that name below ``outputFolder``.
    public var outputs: [String]
    /// The job's own folder, as work sees it; absolute.
    public var folder: String
    /// Machines that it takes.
    public var machines: Int

    /// An order.
    public init(
        executor: Scenario.Executor, run: Scenario.Run, inputs: [Input] = [], outputs: [String] = [], folder: String,
        machines: Int = 1
    ) {
        self.executor = executor
        self.run = run
        self.inputs = inputs
        self.outputs = outputs
        self.folder = folder
        self.machines = machines
    }

    /// It is ended after so many seconds.
    public var timeout: Double { run.timeout ?? JobLimits.timeoutUsual }

    /// So many bytes of its output are kept.
    public var logMax: Int { Int(min(run.log ?? JobLimits.logUsual, JobLimits.logMax)) }

    /// Where an output is made.
    public func outputFolder(_ name: String) -> String { "\(folder)/outputs/\(name)" }
}
