internal import Workers

extension OptionBuilder {
    /// From so many workloads on they are shared out to all processors.
    private static let sharedMin = 1_000

    /// What ``options(_:at:)`` gives for each workload of the scenario, at `sites` of its own where some are named; the same however
    /// many processors there are.
    mutating func options(at sites: [[Int]]?) -> [(options: [PlacementOption], rejections: [Rejection])] {
        let (before, works) = (self, scenario.workloads)
        let parts = Crew.shares(of: works.count, atOnce: works.count >= Self.sharedMin) { range in
            var builder = before
            let found = range.map { builder.options(works[$0], at: sites?[$0]) }
            return (builder: builder, found: found)
        }
        return parts.flatMap { part in
            let numbers = adopt(part.builder)
            return part.found.map { found in
                var found = found
                for index in found.options.indices {
                    found.options[index].staging = found.options[index].staging.map { numbers[$0] }
                }
                return found
            }
        }
    }
}
