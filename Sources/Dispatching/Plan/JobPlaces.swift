public import Placement

/// Where things are: what the planner of jobs asks whoever knows the configuration.
public struct JobPlaces {
    /// A place, as the program reaches it and as work sees it.
    public struct Place: Hashable, Sendable {
        /// An endpoint of a tree.
        public var endpoint: String
        /// The absolute path on the host where work runs.
        public var path: String

        /// A place.
        public init(endpoint: String, path: String) {
            self.endpoint = endpoint
            self.path = path
        }

        /// What is below it.
        public func below(_ name: String) -> Place {
            Place(endpoint: "\(endpoint)/\(name)", path: "\(path)/\(name)")
        }
    }

    /// Where a dataset is at a site.
    public var dataset: (_ dataset: Scenario.Dataset, _ site: String) throws -> Place
    /// What an endpoint that the scenario names for a site stands for.
    public var written: (_ endpoint: String, _ site: String) throws -> Place
    /// An executor with all that is needed to reach it, and where folders of jobs are there.
    public var executor: (_ executor: Scenario.Executor, _ site: String) throws -> (Scenario.Executor, Place)

    /// Places.
    public init(
        dataset: @escaping (Scenario.Dataset, String) throws -> Place,
        written: @escaping (String, String) throws -> Place,
        executor: @escaping (Scenario.Executor, String) throws -> (Scenario.Executor, Place)
    ) {
        self.dataset = dataset
        self.written = written
        self.executor = executor
    }
}
