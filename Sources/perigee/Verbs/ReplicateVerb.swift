internal import ArgumentParser
internal import Configurations
internal import Model
internal import Replication
internal import Vault

/// Brings a dataset to a site, by names.
struct ReplicateVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "replicate",
        abstract: "Bring a dataset of the configuration to one or more of its sites.",
        discussion: """
            What sync does, by names: the configuration says where the dataset is at each site, which files belong to \
            it, what opens the vaults and how fast it may go. Without --from it comes from the freshest replica that \
            this host can move, and of equally fresh ones over the cheapest link; the report says why.

            Several --to are made of one reading: what is sealed for the first vault goes to the others of its dedup \
            domain (perigee init --like) as it is made. A site that fails does not keep the others from theirs.

            --via names a site: its agent passes on to other agents, and ssh to other hosts by ssh -J. It sees no byte \
            in clear. An agent that is no site is named by HOST:PORT.

            EXAMPLES
              perigee replicate weights --to virginia
              perigee replicate weights --to virginia --to potsdam
              perigee replicate weights --from virginia --to berlin --dry-run
              perigee replicate weights --to berlin --via potsdam
            """)

    @Argument(help: ArgumentHelp("The dataset.", valueName: "dataset")) var dataset: String
    @Option(help: ArgumentHelp("The site that is to have it; may be given several times.", valueName: "site"))
    var to: [String] = []
    @Option(help: ArgumentHelp("The site to bring it from.", valueName: "site")) var from: String?
    @Flag(help: "Remove from a tree what the source does not have.") var delete = false
    @Option(
        help: ArgumentHelp(
            "Remove nothing where it would be more than so many entries, or more than P% of what is there (usually 50%).",
            valueName: "n|p%"))
    var maxDelete: String?
    @Flag(help: "Between vaults: bring all snapshots that the destination lacks.") var history = false
    @OptionGroup(title: "Way") var route: RouteOptions
    @OptionGroup(title: "Destination") var options: PublishOptions
    @OptionGroup(title: "Vault") var compression: CompressionOptions
    @OptionGroup(title: "Speed") var speed: LimitOptions
    @OptionGroup(title: "Secret") var secrets: SecretOptions
    @OptionGroup(title: "Secret of the source, where both are vaults") var fromSecrets: FromSecretOptions
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func validate() throws {
        if to.isEmpty { throw ValidationError("say where: --to SITE") }
        if Set(to).count < to.count { throw ValidationError("the same site is named twice with --to") }
        if let from, to.contains(from) { throw ValidationError("--from and --to name the same site") }
        if maxDelete != nil, !delete { throw ValidationError("--max-delete goes with --delete") }
    }

    func perform(_ context: Context) throws -> ExitStatus {
        let loaded = try NamedSites.current.loaded()
        let settings = try loaded.dataset(dataset, in: dataset)
        let ends = try to.map { site in
            try loaded.end(site: site, name: .init(dataset: dataset), text: "\(site):\(dataset)")
        }
        if let via = global.via, !via.contains(":") { _ = try loaded.site(via, in: "--via \(via)") }
        _ = try context.sites.relay()
        let steps = try ends.map { end in
            ReplicationStep(verb: self, loaded: loaded, choice: try source(loaded, settings, end, context), to: end)
        }
        if steps.count == 1 { return try steps[0].perform(context) }
        return try ReplicationFan(verb: self, steps: steps).perform(context)
    }

    /// The replica to bring it from.
    private func source(
        _ loaded: LoadedConfiguration, _ settings: DatasetSettings, _ end: NamedEnd, _ context: Context
    ) throws -> SourceChoice.Answer {
        if let from {
            let source = try loaded.end(site: from, name: .init(dataset: dataset), text: "\(from):\(dataset)")
            return SourceChoice.Answer(end: source, reason: "--from names it")
        }
        return try SourceChoice(loaded: loaded, dataset: settings, destination: end).choose { candidate in
            _ = try NamedSites.current.resolved(Endpoint(parsing: candidate.text), as: candidate.text)
            guard case .vault(let place, let name?) = candidate.endpoint else { return nil }
            return try VaultAccess.open(place, fromSecrets.options(orElse: secrets), context).latest(name.dataset)?
                .created
        }
    }
}
