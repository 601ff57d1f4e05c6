// Problems without pairs, where charges, room or tariffs are shared.
extension PairwiseSolver {
    /// Whether a bound is so near to the best that is known that nothing more is looked for.
    func isNear(_ bound: Double, _ relaxation: LagrangianBound) -> Bool {
        guard let value = relaxation.incumbent.map({ problem.value(of: $0) }), value.isPossible else { return false }
        return bound * (1 + Self.near) >= Double(value.cost)
    }

    /// The bound of all by blocks, where no pairs matter and the best is not near; better answers are looked for by paying and leaving charges.
    ///
    /// Ranges of what is used of shared tariffs are looked at each by itself: nothing is less than the least of their bounds.
    func byBlocks(_ relaxation: inout LagrangianBound, _ root: LagrangianBound.Found) -> Double? {
        guard limits.turns > 0, !isNear(Double(root.bound), relaxation), let start = relaxation.incumbent,
            problem.value(of: start).isPossible, let flat = FlatProblem(problem),
            var chosen = flat.chosen(start, of: problem)
        else { return nil }
        var open = [BlockBound(flat, from: .init(root.at, problem)) { Double(root.at.shares.share($0, $1)) }]
        var known = Double(root.bound)
        var cost = Double.infinity
        for turn in 0..<limits.turns {
            // What the blocks pay is near to what is best paid, and far from where the last search ended.
            let paid = open.min { $0.highest < $1.highest }?.paid ?? []
            for start in paid.isEmpty ? [[]] : [[], paid] {
                var search = ChargeSearch(flat, from: chosen, paying: start, seed: UInt64(turn))
                let gap = max(1, search.bestCost - known)
                search.run(changes: min(limits.changes, 20_000_000 / search.work), from: gap / 25, to: gap / 600)
                (chosen, cost) = (search.best, search.bestCost)
            }
            raise(&open, rounds: max(1, min(25, 200_000 / flat.choices)), cost)
            known = open.reduce(cost) { min($0, $1.highest) }
            if known * (1 + Self.far) >= cost { break }
        }
        relaxation.offer(flat.assignment(chosen))
        return known
    }

    /// Raises the least of some bounds, and cuts its range in two where tariffs are far above their lines.
    private func raise(_ open: inout [BlockBound], rounds: Int, _ cost: Double) {
        let enough = cost / (1 + Self.near)
        open.removeAll { $0.highest >= cost }
        for _ in 0..<3 {
            guard let at = open.indices.min(by: { open[$0].highest < open[$1].highest }) else { return }
            open[at].raise(rounds: rounds, to: cost, enough: enough)
            guard let parts = open[at].cut(worth: cost * Self.near) else { return }
            open.remove(at: at)
            for var part in parts {
                part.raise(rounds: max(1, rounds / 3), to: cost, enough: cost)
                if part.highest < cost { open.append(part) }
            }
        }
    }
}
