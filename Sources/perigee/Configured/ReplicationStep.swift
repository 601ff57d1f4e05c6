internal import ArgumentParser
internal import Configurations
internal import Model
internal import Replication
internal import Storage

/// Brings a dataset from one site to another: a sync between what their names stand for.
struct ReplicationStep {
    let verb: ReplicateVerb
    let loaded: LoadedConfiguration
    let choice: SourceChoice.Answer
    let to: NamedEnd

    /// Brings it, and prints the report or gives it to whoever takes it.
    ///
    /// - Parameter source: where the bytes come from, where that is not what was chosen.
    func perform(_ context: Context, from source: NamedEnd? = nil) throws -> ExitStatus {
        let from = source ?? choice.end
        if let via = verb.global.via { try checkRelay(via, from) }
        for note in choice.notes where !context.options.quiet { Diagnostics.note("\(verb.dataset)", note) }
        context.frame = ("replicate", route)
        defer {
            context.frame = nil
            // What the next destination may take is another matter.
            context.sites.hold(to: nil)
        }
        return try sync(from).perform(context)
    }

    /// - Throws: `unsupported` where nothing would go through the site `via`.
    private func checkRelay(_ via: String, _ from: NamedEnd) throws {
        let distant = [from.site, to.site].filter { loaded.remoteHost($0) != nil }
        guard distant.allSatisfy({ $0.name == via }) else { return }
        throw PerigeeError(
            .unsupported,
            distant.isEmpty
                ? "neither of the two sites is on another host"
                : "no site but the one that is to relay is on another host",
            at: "--via \(via)", remedy: "leave --via away")
    }

    /// Which way it takes.
    var route: RunReport.Route {
        RunReport.Route(
            from: choice.end.site.name, to: to.site.name, via: verb.global.via, reason: choice.reason)
    }

    private func sync(_ from: NamedEnd) throws -> Sync {
        var sync = try Sync.parse([from.text, to.text])
        (sync.delete, sync.maxDelete) = (verb.delete && to.isTree, to.isTree ? verb.maxDelete : nil)
        sync.history = verb.history && !from.isTree && !to.isTree
        if to.isTree, from.isTree, to.replica.isGenerations { sync.publish = "generations" }
        (sync.options, sync.compression) = (verb.options, verb.compression)
        if to.isTree, from.isTree, loaded.remoteHost(from.site) != nil, loaded.remoteHost(to.site) != nil {
            sync.route = verb.route
        }
        (sync.secrets, sync.fromSecrets, sync.global) = (verb.secrets, verb.fromSecrets, verb.global)
        sync.speed = speed(from)
        return sync
    }

    /// What packs that go there as they are made draw from; nil for as fast as can be.
    func bucket(_ context: Context) throws -> TokenBucket? { try speed(choice.end).bucket(context) }

    /// How fast it may be: as the command line says, else as the configuration does.
    private func speed(_ from: NamedEnd) -> LimitOptions {
        var speed = verb.speed
        if speed.limit == nil { speed.limit = limit(from)?.description }
        return speed
    }

    /// The tightest of the limits of the link, of both sites and of this host; nil where there is none.
    private func limit(_ from: NamedEnd) -> RateSchedule? {
        let link = loaded.configuration.link(from: from.site.name, to: to.site.name)
        let limits = [link?.limit, from.site.limit, to.site.limit, loaded.configuration.limits.rate].compactMap { $0 }
        return limits.isEmpty ? nil : RateSchedule(tightestOf: limits)
    }
}
