internal import Foundation

/// Holds what Perigee foresees of transfers over a link against what they come to.
///
/// Trees and vaults at either end, into nothing and into what has the version before. Each transfer is estimated with all
/// data compressed (`--exact`), then made. The state folder stays from one to the next, so that the link is known by a probe
/// and by what came about, as it is to a user.
package final class Foresights {
    private let work: WorkFolder
    private let meter: Meter
    private let link: Link
    private let compression: String?
    private let environment: [String: String]
    private var count = 0

    /// Transfers over `link`; what crosses is compressed as `compression` says, if it says anything.
    package init(work: WorkFolder, meter: Meter, link: Link, compression: String? = nil) throws {
        (self.work, self.meter, self.link, self.compression) = (work, meter, link, compression)
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
        let (live, tree, part) = (work.live.root, place("tree"), place("part"))
        let (vault, near) = ("vault:far:\(place("vault"))", "vault:\(place("near"))")
        for one in [vault, near] { _ = try document(["init", one]) }
        // What was there before the change, of which nothing is remembered.
        try copy(workload.first, to: Tree(part))
        func transfer(_ end: String, _ there: String, _ verb: String, _ from: String, _ to: String) throws {
            heard(try self.transfer(workload, end, there, verb, from, to))
        }
        try transfer("tree there", "nothing", "sync", live, "far:\(tree)")
        try transfer("vault there", "nothing", "snapshot", live, "\(vault)#data")
        try transfer("tree here", "nothing", "sync", "far:\(tree)", place("pulled"))
        try transfer("tree here, out of the vault", "nothing", "restore", "\(vault)#data", place("restored"))
        try transfer("vault here", "nothing", "snapshot", "far:\(tree)", "\(near)#data")
        try workload.change.apply(to: work.live)
        try transfer("tree there", "the last version", "sync", live, "far:\(tree)")
        try transfer("tree there", "another version", "sync", live, "far:\(part)")
        try transfer("vault there", "the last version", "snapshot", live, "\(vault)#data")
        try transfer("tree here, out of the vault", "the last version", "restore", "\(vault)#data", place("restored"))
        try transfer("vault here", "the last version", "snapshot", "far:\(tree)", "\(near)#data")
        try workload.change.revert(work.live)
        for name in ["tree", "part", "vault", "near", "pulled", "restored"] { try Tree(place(name)).remove() }
    }

    private func place(_ name: String) -> String { "\(work.destination.root)/\(name)-\(count)" }

    private func transfer(
        _ workload: Workload, _ end: String, _ there: String, _ verb: String, _ source: String, _ destination: String
    ) throws -> Foreseen {
        // So that nothing looks as young as the tick of a clock, and nobody pays for what another has left to write.
        usleep(300_000)
        sync()
        // A restore has nothing to compress.
        let options = verb == "restore" ? [] : compression.map { ["--compress", $0] } ?? []
        let estimate = try document(["estimate", source, destination, "--exact"] + options)
        let report = try document([verb, source, destination] + options)
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
