internal import ArgumentParser
internal import PeersKit

/// What data is replicated.
struct DataOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Only these workloads, separated by commas: weights, sources, images, many, table.", valueName: "names"))
    var only: String?

    @Option(help: "How large the data that is made shall be: 1 is the whole, 0.1 a tenth.") var scale = 1.0

    @Option(help: "The number that the data is made from.") var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp("Keep the data that is made in FOLDER, and find it there next time.", valueName: "folder"))
    var data: String?

    @Option(
        help: ArgumentHelp("The tree for `sources`, such as unpacked sources of Linux.", valueName: "folder"))
    var tree = "/usr/share"

    @Option(
        name: .customLong("use"),
        help: ArgumentHelp(
            "Take this data for a workload: NAME=FOLDER, or NAME=FOLDER,FOLDER where there is a second version.",
            valueName: "name=folder[,folder]"))
    var uses: [String] = []

    func validate() throws {
        guard scale > 0, scale <= 100 else { throw ValidationError("--scale is above 0 and at most 100.") }
        _ = try kinds()
        _ = try given()
    }

    /// The workloads that are wanted.
    func kinds() throws -> [Kind] {
        guard let only else { return Kind.allCases }
        return try only.split(separator: ",").map { try Self.kind(String($0)) }
    }

    /// The workload of a kind; what is made goes to `spare` where no folder was given to keep it.
    func workload(_ kind: Kind, spare: String) throws -> Workload {
        if let (first, second) = try given()[kind] {
            return try Workload(kind: kind, first: first, second: second, seed: seed)
        }
        if kind == .sources { return try Workload(kind: kind, first: tree, second: nil, seed: seed) }
        return try Workload(kind: kind, madeIn: data ?? spare, scale: scale, seed: seed)
    }

    private func given() throws -> [Kind: (first: String, second: String?)] {
        var answer: [Kind: (first: String, second: String?)] = [:]
        for use in uses {
            let parts = use.split(separator: "=", maxSplits: 1)
            let folders = parts.count == 2 ? parts[1].split(separator: ",") : []
            guard (1...2).contains(folders.count) else {
                throw ValidationError("--use takes NAME=FOLDER or NAME=FOLDER,FOLDER, not '\(use)'.")
            }
            answer[try Self.kind(String(parts[0]))] = (String(folders[0]), folders.dropFirst().first.map(String.init))
        }
        return answer
    }

    private static func kind(_ name: String) throws -> Kind {
        guard let kind = Kind(rawValue: name) else {
            let names = Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("There is no workload '\(name)'; there are \(names).")
        }
        return kind
    }
}
