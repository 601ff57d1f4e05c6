internal import Configurations
internal import Model
internal import Vault

/// Chooses the replica that a dataset is brought from.
///
/// The freshest first: the one where people write, where the configuration says which that is; else trees, which are as
/// they are now, before vaults, and of vaults the one with the newest snapshot. Of equally fresh ones that over the
/// cheapest link: one that costs nothing before one with a tariff, then the wider, then the shorter one.
struct SourceChoice {
    /// What was chosen.
    struct Answer {
        let end: NamedEnd
        let reason: String
        /// What was passed over, and why.
        var notes: [String] = []
    }

    let loaded: LoadedConfiguration
    let dataset: DatasetSettings
    let destination: NamedEnd

    /// The replica to bring it from; `latest` says when a vault's newest snapshot of a dataset was made, nil for none.
    ///
    /// - Throws: `usage` where there is no other replica, `unsupported` where none of them can be moved from this host.
    func choose(latest: (NamedEnd) throws -> Timestamp?) throws -> Answer {
        var notes: [String] = []
        var candidates: [NamedEnd] = []
        for replica in dataset.replicas where replica.site != destination.site.name {
            candidates.append(
                try loaded.end(
                    site: replica.site, name: .init(dataset: dataset.name), text: "\(replica.site):\(dataset.name)"))
        }
        guard !candidates.isEmpty else { throw nothing(notes) }
        if let source = candidates.first(where: { $0.site.name == dataset.source }) {
            return Answer(end: source, reason: "it is where people write, as the configuration says")
        }
        if candidates.count == 1 {
            return Answer(end: candidates[0], reason: "no other replica is there to take", notes: notes)
        }
        let trees = candidates.filter(\.isTree)
        if !trees.isEmpty {
            return answer(trees, trees.count < candidates.count ? "a tree is as it is now" : nil, notes)
        }
        return try freshest(candidates, latest, &notes)
    }

    private func freshest(
        _ candidates: [NamedEnd], _ latest: (NamedEnd) throws -> Timestamp?, _ notes: inout [String]
    ) throws -> Answer {
        var dated: [(end: NamedEnd, at: Timestamp)] = []
        for end in candidates {
            do {
                if let at = try latest(end) {
                    dated.append((end, at))
                } else {
                    notes.append("\(end.site.name) was passed over: it has no snapshot yet")
                }
            } catch let error as PerigeeError where error.code != .interrupted {
                notes.append("\(end.site.name) was passed over: \(error.message)")
            }
        }
        guard let newest = dated.map({ $0.at }).max() else { throw nothing(notes) }
        let best = dated.filter { $0.at == newest }.map { $0.end }
        return answer(best, best.count < dated.count ? "its snapshot of \(newest.rfc3339) is the newest" : nil, notes)
    }

    /// The one over the cheapest link.
    private func answer(_ ends: [NamedEnd], _ fresh: String?, _ notes: [String]) -> Answer {
        let ranked = ends.sorted { cost($0) < cost($1) }
        let isNear = isNear(ranked[0]) && link(ranked[0]) == nil
        let cheap = "of \(ends.count) as fresh, \(isNear ? "it is on this host" : "its link is the cheapest")"
        let reasons = [fresh, ends.count == 1 ? nil : cheap].compactMap { $0 }
        return Answer(
            end: ranked[0],
            reason: reasons.isEmpty ? "no other replica has a snapshot" : reasons.joined(separator: "; "),
            notes: notes)
    }

    /// What a link costs, to be compared: less is cheaper.
    private func cost(_ end: NamedEnd) -> (Int, Double, Double, String) {
        guard let link = link(end) else {
            return (isNear(end) ? 0 : 1, 0, 0, end.site.name)
        }
        return (
            link.tariff == nil ? 1 : 2, -(link.bandwidth?.bytesPerSecond ?? 0), link.roundTrip ?? 0, end.site.name
        )
    }

    /// Whether it is on this host.
    private func isNear(_ end: NamedEnd) -> Bool {
        switch end.endpoint {
        case .tree, .vault(.folder, _): true
        default: false
        }
    }

    private func link(_ end: NamedEnd) -> LinkSettings? {
        loaded.configuration.link(from: end.site.name, to: destination.site.name)
    }

    private func nothing(_ notes: [String]) -> PerigeeError {
        PerigeeError(
            notes.isEmpty ? .usage : .unsupported,
            notes.isEmpty
                ? "the dataset is at no other site"
                : "no replica can be brought from this host: \(notes.joined(separator: "; "))",
            at: destination.text,
            remedy: notes.isEmpty
                ? "describe where it is below datasets.\(dataset.name).replicas"
                : "run it on a host of one of the two sites, or bring it there by way of a vault")
    }
}

extension NamedEnd {
    /// Whether it is plain files.
    var isTree: Bool {
        if case .tree = replica.place { return true }
        return false
    }
}
