internal import Foundation

/// Holds what Perigee foresees of transfers over a link against what they come to.
///
/// Each transfer is estimated with all data compressed (`--exact`), then made. The state folder stays from one to the
/// next, so that the link is known by a probe and by what came about, as it is to a user.
package final class Foresights {
    private let work: WorkFolder
    private let meter: Meter
    private let link: Link
    private let environment: [String: String]
    private var count = 0

    /// Transfers over `link`.
    package init(work: WorkFolder, meter: Meter, link: Link) throws {
        (self.work, self.meter, self.link) = (work, meter, link)
        let state = work.state.root
        environment = ["HOME": state, "TMPDIR": state, "PERIGEE_STATE": state, "PERIGEE_PASSPHRASE": "peers"]
        try Tree.makeFolder(state)
        try Tree.makeFolder(work.destination.root)
        _ = try document(["probe", "far:\(work.destination.root)"])
    }

    /// Estimates and makes all transfers of `workload`; `heard` is given each at once.
    package func run(_ workload: inout Workload, _ heard: (Foreseen) -> Void) throws {
        try copy(workload.first, to: work.live)
        defer { try? work.live.remove() }
        count += 1
        let (tree, part) = (place("tree-\(count)"), place("part-\(count)"))
        let vault = "vault:far:\(place("vault-\(count)"))"
        _ = try document(["init", vault])
        // What was there before the change, of which nothing is remembered.
        try copy(workload.first, to: Tree(part))
        heard(try transfer(workload, "tree", "nothing", "sync", "far:\(tree)"))
        heard(try transfer(workload, "vault", "nothing", "snapshot", "\(vault)#data"))
        try workload.change.apply(to: work.live)
        heard(try transfer(workload, "tree", "the last version", "sync", "far:\(tree)"))
        heard(try transfer(workload, "tree", "another version", "sync", "far:\(part)"))
        heard(try transfer(workload, "vault", "the last version", "snapshot", "\(vault)#data"))
        try workload.change.revert(work.live)
        for name in ["tree", "part", "vault"] { try Tree(place("\(name)-\(count)")).remove() }
    }

    private func place(_ name: String) -> String { "\(work.destination.root)/\(name)" }

    private func transfer(
        _ workload: Workload, _ end: String, _ there: String, _ verb: String, _ destination: String
    ) throws -> Foreseen {
        // So that nothing looks as young as the tick of a clock, and nobody pays for what another has left to write.
        usleep(300_000)
        sync()
        let estimate = try document(["estimate", work.live.root, destination, "--exact"])
        let report = try document([verb, work.live.root, destination])
        return try Foreseen(
            workload.kind, end, there, link.shape.summary, estimate: estimate, report: report)
    }

    private func copy(_ from: Tree, to: Tree) throws {
        try Tree.makeFolder(to.root)
        let copied = try meter.run(
            ["cp", "-a", "\(from.root)/.", to.root], in: work.path, environment: [:], log: work.log)
        guard copied.end == .done else { throw PeersError("\(from.root) cannot be copied") }
    }

    /// The document that Perigee prints at the near end.
    private func document(_ words: [String]) throws -> [String: Any] {
        let measured = try meter.run(
            link.command(["perigee"] + words + ["--json", "--quiet"]), in: work.path, environment: environment,
            log: work.log)
        let text = Meter.text(of: work.log)
        guard measured.end == .done, let line = text.split(separator: "\n").last(where: { $0.hasPrefix("{") }),
            let document = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        else { throw PeersError("perigee \(words.joined(separator: " ")): \(text.suffix(400))") }
        return document
    }
}
