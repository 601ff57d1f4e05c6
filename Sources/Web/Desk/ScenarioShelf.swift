internal import FoundationEssentials
internal import Model
internal import Placement

/// The scenarios that can be decided, each a file.
///
/// They are read anew for each decision: who changes a file sees it at the next one. What a file says is kept as long as it says
/// the same.
public struct ScenarioShelf: Sendable {
    private let files: [(name: String, path: String)]
    private let read: @Sendable (String) throws -> String
    private let book: @Sendable (String) throws -> BookText?
    private let kept = KeptScenarios()

    /// The text of a price book, and its file.
    public struct BookText: Sendable, Equatable {
        /// The text.
        public var text: String
        /// The file.
        public var file: String

        /// The text of a file.
        public init(text: String, file: String) {
            self.text = text
            self.file = file
        }
    }

    /// The scenarios in `paths`, each called as its file is.
    ///
    /// - Parameters:
    ///   - read: the text of a file.
    ///   - book: the prices for a scenario in a file; nil for none.
    public init(
        _ paths: [String], read: @escaping @Sendable (String) throws -> String,
        book: @escaping @Sendable (String) throws -> BookText?
    ) {
        (self.read, self.book) = (read, book)
        files = paths.map { path in
            let name = path.split(separator: "/").last ?? Substring(path)
            return (name.split(separator: ".").first.map(String.init) ?? String(name), path)
        }
    }

    /// Their names.
    public var names: [String] { files.map(\.name) }

    /// The file of a scenario.
    ///
    /// - Throws: `notFound` for a name that is not here.
    public func path(_ name: String) throws -> String {
        guard let file = files.first(where: { $0.name == name }) else {
            throw PerigeeError(
                .notFound, "there is no such scenario", at: String(name.prefix(200)), remedy: "see GET /v1/scenarios")
        }
        return file.path
    }

    /// Decides; the document is that of `perigee place --explain --json`.
    ///
    /// - Throws: `notFound` for a name that is not here; what deciding throws.
    public func decide(_ question: DecisionQuestion) throws -> [UInt8] {
        let known = try scenario(question.scenario)
        var (scenario, book) = (known.scenario, known.book)
        if let site = question.at { scenario = try Self.named("at") { try scenario.pinned(to: site) } }
        if question.isChanged { scenario = Self.changed(try scenario.priced(by: book).scenario, question) }
        return try Self.document(Decision.make(scenario, book: book, deep: true))
    }

    /// What workloads would cost at sites; the document is that of `perigee place --locality --json`.
    public func locality(_ name: String, _ pairs: [DeskDocument.Pair]) throws -> [UInt8] {
        let known = try scenario(name)
        let request = LocalityRequest(pairs: pairs.map { .init(workload: $0.workload, site: $0.site) })
        return try Self.document(Self.named("pairs") { try known.table().answer(request) })
    }

    /// Says of names that are not in a scenario that they are not there: the request itself is well formed.
    private static func named<Value>(_ place: String, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let fault as PerigeeError where fault.code == .usage {
            throw PerigeeError(.notFound, fault.message, at: place, remedy: fault.remedy)
        }
    }

    private func scenario(_ name: String) throws -> KeptScenario {
        let path = try path(name)
        return try kept.scenario(path, text: read(path), book: book(path))
    }

    private static func changed(_ scenario: Scenario, _ question: DecisionQuestion) -> Scenario {
        var out = scenario
        for index in out.links.indices {
            let rate = out.links[index].rate.bytesPerSecond
            out.links[index].rate = ByteRate(bytesPerSecond: rate * question.bandwidth)
            out.links[index].tariff.schedule = out.links[index].tariff.schedule?.scaled(by: question.traffic)
        }
        for site in out.sites.indices {
            for offer in out.sites[site].offers.indices {
                out.sites[site].offers[offer].price.price = out.sites[site].offers[offer].price.price?
                    .scaled(by: question.compute)
            }
        }
        for index in out.datasets.indices {
            out.datasets[index].size = UInt64(min(Double(out.datasets[index].size) * question.size, 0x1p60))
        }
        return out
    }

    private static func document(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value)) + [10]
    }
}

extension DecisionQuestion {
    /// Whether anything is changed about the scenario.
    var isChanged: Bool { bandwidth != 1 || traffic != 1 || compute != 1 || size != 1 }
}
