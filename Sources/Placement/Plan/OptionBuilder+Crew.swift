internal import Workers

extension OptionBuilder {
    /// From so many workloads on they are shared out to all processors.
    private static let sharedMin = 1_000

    /// What ``options(_:at:)`` gives for each workload of the scenario, at `sites` of its own where some are named; the same however
    /// many processors there are.
    mutating func options(at sites: [[Int]]?) -> [(options: [PlacementOption], rejections: [Rejection])] {
        let works = scenario.workloads
        let workers = works.count < Self.sharedMin ? 1 : Crew.processors
        guard workers > 1 else { return works.indices.map { options(works[$0], at: sites?[$0]) } }
        let before = self
        let parts = Crew.values(workers, atOnceFrom: 2) { worker in
            var mine = before
            let range = works.count * worker / workers..<works.count * (worker + 1) / workers
            let found = range.map { mine.options(works[$0], at: sites?[$0]) }
            return (found: found, staging: Array(mine.staging[before.staging.count...]))
        }
        return parts.flatMap { part in
            // Each has counted on from what was there; all share what has the same key.
            let numbers = part.staging.map { share($0) }
            return part.found.map { found in
                var found = found
                for index in found.options.indices {
                    found.options[index].staging = found.options[index].staging.map { number in
                        number < before.staging.count ? number : numbers[number - before.staging.count]
                    }
                }
                return found
            }
        }
    }
}
