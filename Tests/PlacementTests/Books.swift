import Foundation
import Model
import Placement

/// Files of `Config`, and scenarios made of short texts.
enum Books {
    static let config = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Config")

    static func text(_ name: String) throws -> String {
        try String(contentsOf: config.appendingPathComponent(name), encoding: .utf8)
    }

    /// The price book of the project.
    static func prices() throws -> PriceBook { try PriceBook(yaml: text("pricebook.yaml"), file: "pricebook.yaml") }

    /// A scenario from YAML without its first line.
    static func scenario(_ yaml: String) throws -> Scenario {
        try Scenario(files: [.init(name: "s.yaml", text: "schema: perigee.scenario/1\n" + yaml)])
    }

    /// The YAML of a scenario with such sites, links, datasets and workloads, a line each.
    static func text(sites: [String], links: [String], datasets: [String], workloads: [String]) -> String {
        let parts = [("sites", sites), ("links", links), ("datasets", datasets), ("workloads", workloads)]
        return parts.map { name, lines in "\(name):\n" + lines.joined(separator: "\n") }.joined(separator: "\n")
    }

    /// The decision for a scenario from YAML.
    static func decide(_ yaml: String, book: PriceBook = .empty, deep: Bool = false) throws -> Explanation {
        try Decision.make(scenario(yaml), book: book, deep: deep)
    }
}
