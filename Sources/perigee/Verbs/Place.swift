internal import ArgumentParser
internal import Model
internal import Placement

/// Decides where work is done, and whether data or work travels.
struct Place: Verb {
    static let configuration = CommandConfiguration(
        commandName: "place",
        abstract: "Decide for the workloads in FILE whether data or work should travel, and say why.",
        discussion: """
            A scenario names sites with what they offer, links with their prices, datasets with where their bytes are, \
            workloads, and the policies that hold; several files are put together. For each workload, site and way of \
            getting the data there, money and time are computed from the bytes that are really missing; what policy \
            forbids is left away, and the best of the rest is found exactly, or with its distance from the best.

            Files that describe no sites of their own, or say live: true, are about those of the configuration; without a \
            FILE its own workloads are meant. What sites hold of a dataset is what the last look or run came to, and is \
            looked for, as estimate does, where neither was made, or with --look; links have the rates that probes and \
            transfers have shown.

            Prices come from the scenario and from a price book: --price-book, PERIGEE_PRICE_BOOK, price_book of the \
            configuration, or pricebook.yaml beside the scenario, a folder above it, here, in the configuration folder, in \
            /usr/local/share/perigee, or in /usr/share/perigee. What has no price there is unknown, and no way is taken \
            that needs it. A file that --save wrote holds the prices that were used, and is decided by these.

            EXAMPLES
              perigee place Config/scenarios/01-train-where-the-weights-are.yaml
              perigee place scenario.yaml policies-eu.yaml --explain
              perigee place scenario.yaml --at virginia --json
              perigee place workloads.yaml --look --explain
              perigee place scenario.yaml --execute

            With --execute the work is done too: data is brought there first where that was decided, the command of run: is \
            started by the executor of the offer, and what it makes is brought where it must be. Run again after it was \
            interrupted, it goes on; perigee jobs shows, follows and ends what was begun. With --queue it is only noted: a \
            daemon that works with the same state does it, or perigee jobs wait.
            """)

    @Argument(
        help: ArgumentHelp("What the decision rests on; YAML.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var files: [String] = []

    @Flag(help: "Look at all replicas of the configuration anew.") var look = false
    @Option(
        help: ArgumentHelp("Write all that the decision rests on to this file, which stands alone.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var save: String?
    @Flag(help: "Say where money goes, why not elsewhere, what would change the decision, and what it rests on.")
    var explain = false
    @Option(help: ArgumentHelp("Hold all workloads to this site.", valueName: "site")) var at: String?
    @Option(
        help: ArgumentHelp("The prices to decide by.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var priceBook: String?
    @Flag(help: "Print cost and time of each workload at each site, and decide nothing.") var locality = false
    @Flag(help: "Have the work done where it was decided.") var execute = false
    @Flag(
        name: [.customShort("n"), .customLong("dry-run")],
        help: "With --execute: print what would be brought and run, and do nothing.")
    var dryRun = false
    @Flag(help: "With --execute: return when all is handed over; perigee jobs wait follows it.") var detach = false
    @Flag(
        help: "With --execute: only note what is to be done; a daemon with this state, or perigee jobs wait, does it.")
    var queue = false
    @Flag(help: "With --execute: begin anew, where the same was begun and has not ended.") var again = false
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func validate() throws {
        if locality, execute { throw ValidationError("--locality excludes --execute") }
        if !execute, dryRun || detach || queue || again {
            throw ValidationError("--dry-run, --detach, --queue and --again go with --execute")
        }
        if queue, dryRun || detach { throw ValidationError("--queue excludes --dry-run and --detach") }
        if locality, explain || at != nil { throw ValidationError("--locality excludes --explain and --at") }
    }

    func perform(_ context: Context) throws -> ExitStatus {
        let basis = try PlaceBasis(self, context)
        var scenario = basis.scenario
        let book = basis.book
        if let save { try basis.write(to: save) }
        if locality {
            let answer = try Decision.locality(LocalityRequest(), scenario, book: book)
            try context.finish(answer) { LocalityText.render(answer, $0) }
            return .done
        }
        if let at { scenario = try scenario.pinned(to: at) }
        if execute { return try PlaceExecution(context, self, book, texts: basis.texts).perform(scenario) }
        let decision = try Decision.make(scenario, book: book, deep: explain)
        try context.finish(decision) { DecisionText.render(decision, explains: explain, $0) }
        return .done
    }
}
