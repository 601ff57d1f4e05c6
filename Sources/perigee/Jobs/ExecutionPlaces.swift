internal import Configurations
internal import Dispatching
internal import Model
internal import Placement

/// Where data and executors are: as the scenario says, else as the configuration does.
struct ExecutionPlaces {
    let context: Context
    let engine: JobEngine

    /// For the planner of jobs.
    var places: JobPlaces {
        JobPlaces(
            dataset: { try dataset($0, $1) }, written: { text, _ in try place(text) },
            executor: { try executor($0, $1) })
    }

    private func dataset(_ dataset: Scenario.Dataset, _ site: String) throws -> JobPlaces.Place {
        if let written = dataset.paths[site] { return try place(written) }
        if let loaded = try engine.loaded(), loaded.configuration.dataset(dataset.name) != nil,
            loaded.configuration.site(site) != nil
        {
            let text = "\(site):\(dataset.name)"
            let end = try loaded.end(site: site, name: .init(dataset: dataset.name), text: text)
            guard case .tree(let path) = end.replica.place else {
                throw PerigeeError(
                    .unsupported, "work reads files, and the dataset is in a vault there", at: text,
                    remedy: "name a folder below datasets.\(dataset.name).replicas.\(site) in \(loaded.path)")
            }
            return JobPlaces.Place(endpoint: text, path: end.replica.isGenerations ? path + "/current" : path)
        }
        throw PerigeeError(
            .usage, "nothing says where \(dataset.name) is at \(site)", at: dataset.name,
            remedy: "write paths: {\(site): /folder} below datasets.\(dataset.name), or describe both in perigee.yaml")
    }

    /// An endpoint of a tree.
    private func place(_ text: String) throws -> JobPlaces.Place {
        switch try Endpoint(parsing: text) {
        case .tree(let path):
            let absolute = Moves.absolute(path)
            return JobPlaces.Place(endpoint: absolute, path: absolute)
        case .remoteTree(_, _, _, let path) where path.hasPrefix("/"):
            return JobPlaces.Place(endpoint: text, path: path)
        default:
            throw PerigeeError(
                .usage, "this is no folder that work can read", at: text,
                remedy: "write /path, user@host:/path or ssh://user@host:port/path")
        }
    }

    private func executor(
        _ named: Scenario.Executor, _ site: String
    ) throws -> (Scenario.Executor, JobPlaces.Place) {
        var executor = named
        if executor.kind == .ssh, executor.host == nil { try reach(&executor, site) }
        guard let folder = executor.folder else {
            guard executor.host == nil else {
                throw PerigeeError(
                    .usage, "nothing says where folders of jobs are at \(site)", at: site,
                    remedy: "write folder: /path in the executor")
            }
            return (executor, try place(context.options.stateFolder + "/work"))
        }
        guard folder.hasPrefix("/"), let host = executor.host, executor.kind != .kubernetes else {
            return (executor, try place(folder))
        }
        let there = executor.port.map { "ssh://\(host):\($0)\(folder)" } ?? "\(host):\(folder)"
        return (executor, JobPlaces.Place(endpoint: there, path: folder))
    }

    /// The host of a site of the configuration.
    private func reach(_ executor: inout Scenario.Executor, _ site: String) throws {
        guard let loaded = try engine.loaded(), let shell = loaded.configuration.site(site)?.shell else {
            throw PerigeeError(
                .usage, "nothing says on which host \(site) is", at: site,
                remedy: "write host: user@host in the executor, or ssh: below the site in perigee.yaml")
        }
        executor.host = (shell.user.map { $0 + "@" } ?? "") + shell.host
        executor.port = shell.port
    }
}
