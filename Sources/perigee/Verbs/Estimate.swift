internal import ArgumentParser
internal import Content
internal import Model
internal import Placement
internal import Replication
internal import Vault
internal import Workers

/// Says what a run would move, and moves nothing.
struct Estimate: Verb {
    static let configuration = CommandConfiguration(
        commandName: "estimate",
        abstract: "Say what a sync from SRC to DST would move, and move nothing.",
        discussion: """
            Reads what a run would read to know, and finds the bytes that DST lacks exactly. What they compress to is \
            measured on a sample of them, or on all of them with --exact. Figures that are not certain are given as \
            p10, p50 and p90: in one case of ten it is less than p10, in one of ten more than p90. The report of the \
            next run of the same shows this estimate beside what happened.

            EXAMPLES
              perigee estimate /data/a /mnt/b
              perigee estimate /data/a vault:/backup#a --exact --compress zstd:6
              perigee estimate vault:/backup#a@latest /data/a --link 1Gbit/s,20ms --json
              perigee estimate vault:/backup#a s3://bucket/second#a --history
              perigee estimate me@host:/data/a me@other:/data/b
            """)

    @Argument(help: ArgumentHelp("Where the data is.", valueName: "src")) var source: String
    @Argument(help: ArgumentHelp("Where it would be too.", valueName: "dst")) var destination: String

    @Flag(help: "Compress all missing chunks.") var exact = false
    @Flag(help: "Compress a sample of the missing chunks, about 64 MiB; the usual.") var sampled = false
    @Option(
        help: ArgumentHelp("What carries the bytes: 1Gbit/s, or 50MB/s,80ms.", valueName: "bandwidth[,rtt]"))
    var link: String?
    @Option(
        help: ArgumentHelp(
            "Price wire bytes or requests by this entry of the price book; may be repeated.", valueName: "id"))
    var tariff: [String] = []
    @Option(
        help: ArgumentHelp(
            """
            The price book; usually what PERIGEE_PRICE_BOOK names, else the first pricebook.yaml here, in the \
            configuration folder, in /usr/local/share/perigee, or in /usr/share/perigee.
            """, valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var priceBook: String?
    @Option(help: ArgumentHelp("What the tariff has seen this month already, for its tiers.", valueName: "size"))
    var monthToDate: String?
    @Flag(help: "Count what a sync with --delete would remove.") var delete = false
    @Flag(help: "Read all files, whatever is remembered of them.") var checksum = false
    @Flag(help: "Between vaults: count all snapshots up to SRC that DST lacks, not SRC alone.") var history = false
    @OptionGroup(title: "Files") var filter: FilterOptions
    @OptionGroup(title: "Vault") var compression: CompressionOptions
    @OptionGroup(title: "Secret") var secrets: SecretOptions
    @OptionGroup(title: "Secret of SRC, where both are vaults") var fromSecrets: FromSecretOptions
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func validate() throws {
        if exact, sampled { throw ValidationError("--exact and --sampled exclude each other") }
    }

    func perform(_ context: Context) throws -> ExitStatus {
        let report = try report(context)
        try context.finish(report) { EstimateText.render(report, $0) }
        return report.failures.isEmpty && report.files.failed == 0 ? .done : .partial
    }

    /// What was found.
    func report(_ context: Context) throws -> EstimateReport {
        let asked = try pricing()
        let ends = (try LocalEnd(parsing: source), try LocalEnd(parsing: destination))
        let price = asked.map { TransferPrice.priced($0, tariffs: tariff) } ?? configuredPrice(context)
        var options = try estimateOptions(context)
        options.money = { report in price.money(of: report).map { RunReport.Money($0) } }
        var report = EstimateReport(source: source, destination: destination)
        switch ends {
        case (.tree(let from), .tree(let to)):
            try Moves.checkIsFolder(from)
            let pair = EndpointPair(source: Moves.absolute(from), destination: Moves.absolute(to))
            try run(&report, context) {
                Estimator(source: from, destination: to, pair: pair, options: options, context: $0)
            }
        case (.tree(let from), .vault(let place, let name)):
            try Moves.checkIsFolder(from)
            let absolute = Moves.absolute(from)
            let dataset = name?.dataset ?? SnapshotRun.dataset(of: absolute)
            options.traffic = context.sites.crossing(to: place)
            let vault = try VaultAccess.open(
                place, secrets, context, for: VaultProspect(dataset: dataset, writes: true))
            let pair = EndpointPair(source: absolute, destination: Moves.name(place, dataset))
            try run(&report, context) {
                Estimator(root: from, vault: vault, dataset: dataset, pair: pair, options: options, context: $0)
            }
        case (.vault, .tree(let to)):
            let (place, name) = try LocalEnd(parsing: source).dataset(source)
            options.traffic = context.sites.crossing(to: place)
            let (vault, snapshot) = try VaultAccess.snapshot(source, secrets, context)
            let pair = EndpointPair(source: Moves.name(place, name.dataset), destination: Moves.absolute(to))
            try run(&report, context) {
                Estimator(
                    vault: vault, snapshot: snapshot, destination: to, pair: pair, options: options, context: $0)
            }
        case (.tree(let from), .remoteTree(let end)):
            try Moves.checkIsFolder(from)
            try run(&report, context) { try end.estimator(from: from, options, $0, context) }
        case (.remoteTree(let end), .tree(let to)):
            try run(&report, context) { try end.estimator(to: to, options, $0, context) }
        case (.vault, .remoteTree(let end)):
            let (place, name) = try LocalEnd(parsing: source).dataset(source)
            let (vault, snapshot) = try VaultAccess.snapshot(source, secrets, context)
            let pair = EndpointPair(source: Moves.name(place, name.dataset), destination: end.name)
            try run(&report, context) {
                try end.estimator(of: snapshot, in: vault, pair: pair, options, $0, context)
            }
            report.snapshot = snapshot.id.hex
        case (.remoteTree(let end), .vault(let place, let name)):
            let dataset = name?.dataset ?? SnapshotRun.dataset(of: end.name)
            let vault = try VaultAccess.open(
                place, secrets, context, for: VaultProspect(dataset: dataset, writes: true))
            let pair = EndpointPair(source: end.name, destination: Moves.name(place, dataset))
            try run(&report, context) {
                try end.estimator(into: vault, dataset: dataset, pair: pair, options, $0, context)
            }
        case (.remoteTree(let from), .remoteTree(let to)):
            try run(&report, context) { try from.estimator(to: to, options, $0, context) }
        case (.vault, .vault):
            let move = try move(between: ends.1, context, &options)
            try run(&report, context) { try move.estimator(options, $0) }
        }
        if let asked { _ = try asked.money(report) }
        report.assumptions.append(price.assumption)
        report.warnings += price.warnings(at: SystemClock.now())
        return report
    }

    /// The price by the configuration, or that nobody has said one.
    private func configuredPrice(_ context: Context) -> TransferPrice {
        guard let ends = TransferEnds(source, destination) else { return .unknown(because: "the ends have no price") }
        return TransferPrice.configured(ends, context.ledger)
    }

    /// What a sync between two vaults would bring.
    private func move(
        between target: LocalEnd, _ context: Context, _ asked: inout EstimateOptions
    ) throws -> VaultMove {
        var options = VaultSync.Options()
        options.takesHistory = history
        options.compression = try compression.compression()
        let target = try VaultTarget(target, destination)
        let (from, snapshot) = try VaultAccess.snapshot(source, fromSecrets.options(orElse: secrets), context)
        asked.traffic = context.sites.crossing(to: target.place)
        let to = try target.open(after: snapshot, secrets, context)
        return try VaultMove(
            source: source, from: from, snapshot: snapshot, target: target, to: to, options: options)
    }

    private func run(
        _ report: inout EstimateReport, _ context: Context, _ estimator: (RunContext) throws -> Estimator
    ) throws {
        report = try context.withProgress("estimate") { progress in
            var filled = report
            try estimator(Moves.runContext(context, progress)).run(&filled)
            return filled
        }
    }

    private func estimateOptions(_ context: Context) throws -> EstimateOptions {
        var options = EstimateOptions()
        options.compression = try compression.compression()
        options.isExact = exact
        options.run.deletes = delete
        options.run.comparesContent = checksum
        options.run.scan = try filter.scanOptions()
        guard let link else {
            options.link = try probedLink(context) ?? NamedSites.current.link(source, destination)
            return options
        }
        guard let speed = LinkSpeed(parsing: link) else {
            throw PerigeeError(
                .usage, "\(link) is no link", at: "--link",
                remedy: "write a bandwidth, or a bandwidth and a round trip: 1Gbit/s,20ms")
        }
        options.link = speed
        return options
    }

    /// The link to another host or to an object store, by what was seen of it; nil where both ends are here, or nothing was.
    private func probedLink(_ context: Context) throws -> LinkSpeed? {
        if let ends = TransferEnds(source, destination), let bucket = ends.to.bucket ?? ends.from.bucket {
            let memory = LinkMemory(
                state: StateFolder(path: context.options.stateFolder), host: "s3://\(bucket)")
            if let seen = memory.speed(up: ends.to.bucket != nil) { return seen }
        }
        let hosts = try [source, destination].map { text in
            RemoteHost(try NamedSites.current.resolved(Endpoint(parsing: text), as: text))
        }
        switch (hosts[0], hosts[1]) {
        case (nil, nil): return nil
        case (let from?, nil): return try RemoteLink.speed(from, up: false, context)
        case (nil, let to?): return try RemoteLink.speed(to, up: true, context)
        case (let from?, let to?): return try RemoteLink.speed(from: from, to: to, context)
        }
    }

    /// What the move is priced by; nil where no tariff was named.
    private func pricing() throws -> MovePricing? {
        guard !tariff.isEmpty else {
            guard priceBook == nil, monthToDate == nil else {
                throw PerigeeError(
                    .usage, "it is of no use without --tariff",
                    at: priceBook == nil ? "--month-to-date" : "--price-book",
                    remedy: "name an entry of the price book with --tariff")
            }
            return nil
        }
        let book = try PriceBookFile.read(priceBook, beside: nil)
        var seen: UInt64 = 0
        if let monthToDate {
            guard let size = ByteCount(parsing: monthToDate) else {
                throw PerigeeError(
                    .usage, "\(monthToDate) is no size", at: "--month-to-date", remedy: "write a size: 800GB")
            }
            seen = size.bytes
        }
        return try MovePricing(tariff, book: book, monthToDate: seen)
    }
}
