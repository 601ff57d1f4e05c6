internal import Content
internal import Model
internal import Replication
internal import Vault

/// A snapshot of one vault that is to be brought into another.
struct VaultMove: Sendable {
    let from: Vault
    let snapshot: Snapshot
    let to: Vault
    /// The dataset that it becomes a snapshot of.
    let dataset: String
    let options: VaultSync.Options
    /// Both ends by name.
    let pair: EndpointPair
    /// The host of the source; nil where that is this one, or an object store.
    let sourceHost: RemoteHost?

    /// The snapshot `snapshot` of `from`, written as `source`, to what `target` names in `to`.
    ///
    /// - Throws: `usage` where it is to be brought to where it is.
    init(
        source: String, from: Vault, snapshot: Snapshot, target: VaultTarget, to: Vault, options: VaultSync.Options
    ) throws {
        (self.from, self.snapshot, self.to, self.options) = (from, snapshot, to, options)
        dataset = target.dataset(usual: snapshot.dataset)
        let isSame = from.descriptor.id == to.descriptor.id && dataset == snapshot.dataset
        // An older snapshot, or one that was forgotten, can be made the newest again.
        guard try !isSame || !options.takesHistory && to.latest(dataset)?.id != snapshot.id else {
            throw PerigeeError(
                .usage, "source and destination are the same dataset of the same vault", at: target.text,
                remedy: "name another vault, or another dataset after the #")
        }
        let (place, name) = try LocalEnd(parsing: source).dataset(source)
        sourceHost = RemoteHost(.vault(place, nil))
        pair = EndpointPair(
            source: Moves.name(place, name.dataset), destination: Moves.name(target.place, dataset))
    }

    /// What brings it.
    func sync(_ run: RunContext) -> VaultSync {
        VaultSync(
            source: from, snapshot: snapshot, destination: to, dataset: dataset, options: options, context: run)
    }

    /// What says what that would move.
    func estimator(_ wishes: EstimateOptions, _ run: RunContext) throws -> Estimator {
        let sync = sync(run)
        return Estimator(of: try self.wishes(), pair: pair, options: wishes, context: run) {
            try sync.foresee(isExact: wishes.isExact, traffic: wishes.traffic)
        }
    }

    /// What is asked of it, as estimates remember it.
    func wishes() throws -> RunWishes {
        .betweenVaults(
            snapshot.id, after: try to.latest(dataset)?.id, history: options.takesHistory,
            compression: options.compression)
    }
}
