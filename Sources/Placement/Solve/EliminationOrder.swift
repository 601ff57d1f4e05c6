/// In which order variables are best taken out of a graph.
enum EliminationOrder {
    /// The order that adds the fewest edges at each step (min-fill); of equals the variable with fewer neighbours, then the first.
    static func minimumFill(count: Int, edges: [(Int, Int)]) -> [Int] {
        var near = [Set<Int>](repeating: [], count: count)
        for (a, b) in edges where a != b {
            near[a].insert(b)
            near[b].insert(a)
        }
        // What has no neighbours needs no thought.
        var order = (0..<count).filter { near[$0].isEmpty }
        var left = (0..<count).filter { !near[$0].isEmpty }
        var fill = [Int: Int](uniqueKeysWithValues: left.map { ($0, added(near, $0)) })
        while !left.isEmpty {
            let next = left.min { (fill[$0] ?? 0, near[$0].count, $0) < (fill[$1] ?? 0, near[$1].count, $1) } ?? left[0]
            let neighbours = near[next]
            var touched = neighbours
            for a in neighbours {
                near[a].remove(next)
                for b in neighbours where b != a { near[a].insert(b) }
            }
            for a in neighbours { touched.formUnion(near[a]) }
            near[next] = []
            left.removeAll { $0 == next }
            order.append(next)
            for a in touched { fill[a] = added(near, a) }
        }
        return order
    }

    /// How many edges taking `variable` out would add.
    private static func added(_ near: [Set<Int>], _ variable: Int) -> Int {
        let neighbours = near[variable].sorted()
        var out = 0
        for (index, a) in neighbours.enumerated() {
            for b in neighbours[(index + 1)...] where !near[a].contains(b) { out += 1 }
        }
        return out
    }
}
