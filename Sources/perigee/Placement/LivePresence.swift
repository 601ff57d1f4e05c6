internal import ArgumentParser
internal import Calibration
internal import Configurations
internal import Model
internal import Replication
internal import Settings
internal import Vault
internal import Workers

/// What sites hold of a dataset, as the engine knows it: by looking at both ends as an estimate does, or by what the last
/// look or run came to.
///
/// One site is its home: where people write, or a tree, or the first. What each other site lacks is what a move from home
/// would bring.
struct LivePresence {
    /// What is known of one site.
    struct Found {
        /// The share that it holds.
        let share: Double
        /// By what.
        let how: String
        /// As of when.
        let at: Timestamp
        /// The snapshot that it rests on; nil for a tree.
        let root: String?
        /// Plain bytes of the whole; nil where that was not seen.
        let logical: UInt64?
        /// Plain bytes that it lacks.
        let missing: UInt64
        /// What these are on the wire; nil where that was not seen.
        let wire: Spread<UInt64>?
    }

    let dataset: DatasetSettings
    let loaded: LoadedConfiguration
    let verb: Place
    let context: Context

    /// The dataset in the form of a scenario, and what deserves a look.
    ///
    /// - Throws: where nothing says how large it is, or the run was stopped.
    func node() throws -> (node: SettingsNode, notes: [String]) {
        let ends = try replicas()
        guard let home = home(ends) else {
            throw PerigeeError(
                .usage, "\(loaded.path) says nowhere where \(dataset.name) is", at: "datasets.\(dataset.name)",
                remedy: "write its places below datasets.\(dataset.name).replicas")
        }
        var notes: [String] = []
        var found: [(site: String, found: Found)] = []
        for end in ends where end.site.name != home.site.name {
            try context.stop.check()
            do {
                found.append((end.site.name, try find(home, end)))
            } catch let error as PerigeeError where error.code != .interrupted {
                notes.append(
                    "what \(end.site.name) holds of \(dataset.name) is not known, so all of it counts as missing there: "
                        + error.message)
            }
        }
        let size = try found.lazy.compactMap(\.found.logical).first ?? size(of: home)
        return (table(home, found, size: size), notes)
    }

    /// All ends that are described.
    private func replicas() throws -> [NamedEnd] {
        try dataset.replicas.map {
            try loaded.end(site: $0.site, name: .init(dataset: dataset.name), text: "\($0.site):\(dataset.name)")
        }
    }

    private func home(_ ends: [NamedEnd]) -> NamedEnd? {
        ends.first { $0.site.name == dataset.source } ?? ends.first(where: \.isTree) ?? ends.first
    }

    /// What `end` lacks of what `home` has: as it was learnt, unless a look is wished or nothing is known.
    private func find(_ home: NamedEnd, _ end: NamedEnd) throws -> Found {
        if !verb.look, let known = try remembered(home, end) { return known }
        let now = SystemClock.now()
        if !home.isTree, !end.isTree { return try lookBetweenVaults(home, end, at: now) }
        var estimate = try Estimate.parse([home.text, end.text])
        estimate.global = verb.global
        let report = try estimate.report(context)
        let logical = report.bytes.logical.p50
        let missing = min(report.bytes.missing.p50, logical)
        return Found(
            share: Self.share(missing: missing, of: logical), how: "look", at: now,
            root: report.snapshot ?? report.base, logical: logical, missing: missing, wire: report.bytes.wireSent)
    }

    private func lookBetweenVaults(_ home: NamedEnd, _ end: NamedEnd, at now: Timestamp) throws -> Found {
        var sync = try Sync.parse([home.text, end.text, "--dry-run"])
        sync.global = verb.global
        var seen: RunReport?
        context.onReport = { seen = $0 }
        defer { context.onReport = nil }
        _ = try sync.perform(context)
        guard let seen else { throw PerigeeError(.io, "nothing was told of it", at: end.text) }
        // Of equal snapshots nothing is read, and so nothing is known of their size.
        let logical = seen.bytes.logical > 0 ? seen.bytes.logical : nil
        let missing = min(seen.bytes.missing, logical ?? 0)
        return Found(
            share: Self.share(missing: missing, of: logical ?? 0), how: "look", at: now, root: seen.snapshot,
            logical: logical, missing: missing, wire: nil)
    }

    private func remembered(_ home: NamedEnd, _ end: NamedEnd) throws -> Found? {
        let pair = EndpointPair(source: try home.memoryName(), destination: try end.memoryName())
        let state = StateFolder(path: context.options.stateFolder)
        guard let known = Ledger(state: state, pair: pair).known else { return nil }
        return Found(
            share: Self.share(missing: known.missing, of: known.logical), how: known.isRun ? "run" : "estimate",
            at: known.at, root: known.root, logical: known.logical, missing: known.missing, wire: known.wire)
    }

    private static func share(missing: UInt64, of logical: UInt64) -> Double {
        logical == 0 ? 1 : Double(logical - min(missing, logical)) / Double(logical)
    }

    /// Plain bytes of what is at home.
    private func size(of home: NamedEnd) throws -> UInt64 {
        _ = try NamedSites.current.resolved(Endpoint(parsing: home.text), as: home.text)
        switch try LocalEnd(parsing: home.text) {
        case .tree(let path):
            return try TreeSize(root: path, options: FilterOptions.parse([]).scanOptions()).bytes(context.stop)
        case .vault:
            return try VaultAccess.snapshot(home.text, SecretOptions.usual(), context).snapshot.tree.bytes
        case .remoteTree:
            throw PerigeeError(
                .unsupported, "nobody has seen yet how large \(dataset.name) is", at: home.text,
                remedy: "run perigee estimate \(home.text) to any place of it, or name a replica of this host")
        }
    }

    private func table(_ home: NamedEnd, _ found: [(site: String, found: Found)], size: UInt64) -> SettingsNode {
        let maker = SettingsMaker(file: loaded.path)
        let place = maker.place(dataset.position, "datasets.\(dataset.name)")
        func text(_ text: String) -> SettingsNode { maker.scalar(text, at: place) }
        let shares =
            [(key: home.site.name, value: text("1") as SettingsNode?)]
            + found.map { (key: $0.site, value: text("\($0.found.share)")) }
        let known = found.map { site, found in
            (
                key: site,
                value: maker.table(
                    [
                        ("how", text(found.how)), ("at", text(found.at.rfc3339)), ("root", found.root.map { text($0) }),
                    ], at: place) as SettingsNode?
            )
        }
        let seen = found.compactMap { one in one.found.wire.map { (one.found.missing, $0) } }
            .filter { $0.0 > 0 && $0.1.p50 > 0 }
        let plain = seen.reduce(0.0) { $0 + Double($1.0) }
        let wire = seen.reduce(0.0) { $0 + Double($1.1.p50) }
        // How far the middle may be off, as a deviation: half of what lies between the tenths over its quantile.
        let errors: [Double] = seen.map { _, wire in
            Double(wire.p90 - wire.p10) / Double(wire.p50) / (2 * LogNormal.z90)
        }
        let error = errors.max() ?? 0
        return maker.table(
            [
                ("size", text("\(size)")), ("ratio", plain > 0 ? text("\(min(4, wire / plain))") : nil),
                ("class", dataset.dataClass.map { text($0) }), ("at", maker.table(shares, at: place)),
                ("error", error > 0 ? text("\(min(1, error))") : nil),
                ("known", known.isEmpty ? nil : maker.table(known, at: place)),
            ], at: place)
    }
}

extension NamedEnd {
    /// The name under which runs and estimates remember it.
    func memoryName() throws -> String {
        switch try LocalEnd(parsing: text) {
        case .tree(let path): Moves.absolute(path)
        case .remoteTree(let end): end.name
        case .vault(let place, let name): Moves.name(place, name?.dataset ?? dataset.name)
        }
    }
}
