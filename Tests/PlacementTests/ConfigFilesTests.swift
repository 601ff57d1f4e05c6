import Configurations
import Foundation
import Model
import Placement
import Service
import TestSupport
import Testing
import Web

/// The files of `Config`, their schemas and their readers, held against each other by a validator that is not ours: as
/// they are, and changed in one place each.
@Suite(
    "The files of Config and their schemas",
    .enabled(if: SchemaValidator.isInstalled, "make setup-tests installs the validator"))
struct ConfigFilesTests {
    /// A file that ships, with its schema and its reader.
    struct Shipped: Sendable, CustomTestStringConvertible {
        let name: String
        let schema: String
        var testDescription: String { name }

        /// - Throws: where the reader does not accept `text` in the place of the file.
        func read(_ text: String) throws {
            switch schema {
            case "pricebook": _ = try PriceBook(yaml: text, file: name)
            case "configuration": try readConfiguration(text)
            default:
                var files = [Scenario.File(name: name, text: text)]
                if name.hasPrefix("policies") { files.insert(.init(name: "any.yaml", text: Shipped.any), at: 0) }
                if name.hasPrefix("scenarios/02") {
                    files.append(.init(name: "policies-eu.yaml", text: try Books.text("policies-eu.yaml")))
                }
                _ = try Scenario(files: files)
            }
        }

        /// As `config check` does: all that the daemon would read of it, too.
        private func readConfiguration(_ text: String) throws {
            let configuration = try PerigeeConfiguration.read(Array(text.utf8), at: name)
            _ = try ServiceSettings(configuration, file: name, zones: SystemZones.table)
            if let fault = WebSettings.faults(configuration.sections["serve"]?["api"]).first {
                throw PerigeeError(.usage, fault.message, at: fault.key, remedy: fault.remedy)
            }
        }

        private static let any = """
            schema: perigee.scenario/1
            sites: {a: {offers: {o: {price_per_hour: 1}}}}
            workloads: {w: {runtime: 1h}}
            """
    }

    static let shipped: [Shipped] = {
        let files = FileManager.default
        func names(_ folder: String, _ prefix: String) -> [String] {
            ((try? files.contentsOfDirectory(atPath: Books.config.appendingPathComponent(folder).path)) ?? [])
                .filter { $0.hasPrefix(prefix) && $0.hasSuffix(".yaml") }.sorted()
        }
        return names("", "pricebook").map { Shipped(name: $0, schema: "pricebook") }
            + names("", "policies").map { Shipped(name: $0, schema: "scenario") }
            + names("", "perigee").map { Shipped(name: $0, schema: "configuration") }
            + names("scenarios", "").map { Shipped(name: "scenarios/\($0)", schema: "scenario") }
    }()

    /// So many changes of each file are tried, drawn from all that there are.
    private static let changesMax = 100

    private func node(_ file: Shipped) throws -> ConfigurationNode {
        let log = FaultLog()
        let node = ConfigurationNode.read(Array(try Books.text(file.name).utf8), log)
        return try #require(node, "\(file.name): \(log.faults)")
    }

    @Test("are nineteen and more, and accepted by schema and reader")
    func accepted() throws {
        #expect(Self.shipped.count >= 19)
        for (schema, files) in Dictionary(grouping: Self.shipped, by: \.schema) {
            let faults = try SchemaValidator(schema).validate(files.map(node))
            for (file, fault) in zip(files, faults) {
                #expect(fault == "", "\(file.name)")
                try file.read(Books.text(file.name))
            }
        }
    }

    @Test("are refused by both where one place of them is wrong", arguments: shipped)
    func changed(file: Shipped) throws {
        var seed = Seed.fromEnvironment()
        let all = Mutation.all(of: try node(file)).shuffled(using: &seed)
        let tried = Array(all.prefix(Self.changesMax))
        let faults = try SchemaValidator(file.schema).validate(tried.map(\.document))
        var both: [Mutation.Kind: Int] = [:]
        for (change, fault) in zip(tried, faults) {
            let reader = refusal(file, try change.text())
            let told = "\(change.kind.rawValue) at \(change.path), seed \(seed.value)"
            // What editors mark is wrong for the program too: the schema is never stricter than the reader.
            #expect(fault.isEmpty || reader != nil, "\(told): only the schema says \(fault)")
            if isSeenByBoth(change, file) {
                #expect(!fault.isEmpty, "\(told): only the reader says \(reader ?? "nothing")")
                #expect(reader != nil, "\(told): nobody sees it")
            }
            if !fault.isEmpty, reader != nil { both[change.kind, default: 0] += 1 }
        }
        // Policies hold no numbers, and what their words mean no schema knows.
        for kind in Mutation.Kind.allCases
        where tried.count == Self.changesMax && !(kind == .nonsense && file.name.hasPrefix("policies")) {
            #expect(both[kind] ?? 0 > 0, "no change of the kind \(kind.rawValue) was refused by both")
        }
    }

    private func refusal(_ file: Shipped, _ text: String) -> String? {
        do {
            try file.read(text)
            return nil
        } catch { return "\(error)" }
    }

    /// Whether a change is of a kind that both must see: a key that is none, keys and words in each other's places.
    ///
    /// Names that people give are free, and so are texts; sections of a configuration that others read are kept as they
    /// are.
    private func isSeenByBoth(_ change: Mutation, _ file: Shipped) -> Bool {
        if file.schema == "configuration", Self.isKept(change.path) { return false }
        if Self.isOpen(change.path), change.kind == .word || change.kind == .table { return false }
        switch change.kind {
        case .misspelled: return !Self.isNamed(change.path)
        case .table, .word: return !change.path.isEmpty
        case .nonsense, .dropped: return false
        }
    }

    /// Whether the last key of a path is a name that people give.
    private static func isNamed(_ path: String) -> Bool {
        let owners = [
            "sites", "attributes", "offers", "datasets", "workloads", "devices", "dedicated", "sets", "classes",
            "prices",
            "grams_per_kwh", "derive", "outputs", "at", "runtime", "replicas", "paths", "environment",
        ]
        let keys = path.split(separator: ".")
        return keys.count > 1 && owners.contains(String(keys[keys.count - 2]))
    }

    /// Whether a word and keys with values are both right at a place.
    private static func isOpen(_ path: String) -> Bool {
        path.hasSuffix(".at") || path.hasSuffix(".transit") || path.hasSuffix(".ssh") || path.hasPrefix("sets.")
            || path.last == "]" && path[..<(path.lastIndex(of: "[") ?? path.startIndex)].hasSuffix("reads")
    }

    /// Whether a place of a configuration is read by nobody yet.
    private static func isKept(_ path: String) -> Bool {
        let keys = path.split { $0 == "." || $0 == "[" }.map(String.init)
        if keys.count > 2, keys[0] == "sites", SiteSettings.extraKeys.contains(keys[2]) { return true }
        return PerigeeConfiguration.sectionNames.contains(keys.first ?? "") || path.hasSuffix(".tariff")
    }
}
