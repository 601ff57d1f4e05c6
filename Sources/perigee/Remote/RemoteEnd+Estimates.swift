internal import Model
internal import Replication
internal import Sites
internal import Vault

extension RemoteEnd {
    /// The name under which another host remembers a folder of this one.
    static func name(ofFolder path: String) -> String { "\(SystemClock.hostName):\(Moves.absolute(path))" }

    /// An estimate of a sync of it to the folder `path` of this host.
    func estimator(
        to path: String, _ options: EstimateOptions, _ run: RunContext, _ context: Context
    ) throws -> Estimator {
        let pair = EndpointPair(source: name, destination: Moves.absolute(path))
        let tree = try tree(context)
        return Estimator(of: .betweenTrees(options.run), pair: pair, options: options, context: run) {
            try tree.foreseePull(to: path, options: options, context: run)
        }
    }

    /// An estimate of a sync of the folder `path` of this host to it.
    func estimator(
        from path: String, _ options: EstimateOptions, _ run: RunContext, _ context: Context
    ) throws -> Estimator {
        let pair = EndpointPair(source: Moves.absolute(path), destination: name)
        let (tree, folder) = (try tree(context), Self.name(ofFolder: path))
        return Estimator(of: .betweenTrees(options.run), pair: pair, options: options, context: run) {
            try tree.foreseePush(from: path, named: folder, options: options, context: run)
        }
    }

    /// An estimate of a sync of it to a tree of another host, or of the same.
    func estimator(
        to other: RemoteEnd, _ options: EstimateOptions, _ run: RunContext, _ context: Context
    ) throws -> Estimator {
        let pair = EndpointPair(source: name, destination: other.name)
        let relay = TreeRelay(from: try tree(context), to: try other.tree(context))
        return Estimator(of: .betweenTrees(options.run), pair: pair, options: options, context: run) {
            try relay.foresee(options: options, context: run)
        }
    }

    /// An estimate of a snapshot of it into `dataset` of `vault`.
    func estimator(
        into vault: Vault, dataset: String, pair: EndpointPair, _ options: EstimateOptions, _ run: RunContext,
        _ context: Context
    ) throws -> Estimator {
        let tree = try tree(context)
        let wishes = RunWishes.intoVault(
            after: try vault.latest(dataset)?.id, compression: options.compression, scan: options.run.scan,
            rereads: options.run.comparesContent)
        return Estimator(of: wishes, pair: pair, options: options, context: run) {
            try tree.foreseeArchive(into: vault, dataset: dataset, pair: pair, options: options, context: run)
        }
    }

    /// An estimate of a restore of `snapshot` to it.
    func estimator(
        of snapshot: Snapshot, in vault: Vault, pair: EndpointPair, _ options: EstimateOptions, _ run: RunContext,
        _ context: Context
    ) throws -> Estimator {
        let tree = try tree(context)
        return Estimator(of: .outOfVault(snapshot.id), pair: pair, options: options, context: run) {
            try tree.foreseePush(from: vault, snapshot, named: pair.source, options: options, context: run)
        }
    }
}
