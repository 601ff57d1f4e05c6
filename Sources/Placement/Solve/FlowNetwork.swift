/// A network whose arcs carry so much at most, at a price: finds the cheapest of the largest flows by successive shortest
/// paths.
///
/// For small networks of whole numbers; costs may be negative, circles of negative cost may not be there.
package struct FlowNetwork: Sendable {
    private struct Arc {
        var to: Int
        var room: Int64
        var cost: Int64
    }

    private var arcs: [Arc] = []
    private var out: [[Int]]

    /// A network of `count` nodes without arcs.
    package init(nodes count: Int) { out = [[Int]](repeating: [], count: count) }

    /// Adds an arc; returns its number.
    @discardableResult
    package mutating func arc(from: Int, to: Int, capacity: Int64, cost: Int64 = 0) -> Int {
        arcs.append(Arc(to: to, room: capacity, cost: cost))
        arcs.append(Arc(to: from, room: 0, cost: -cost))
        out[from].append(arcs.count - 2)
        out[to].append(arcs.count - 1)
        return arcs.count - 2
    }

    /// What arc `number` carries.
    package func flow(_ number: Int) -> Int64 { arcs[number + 1].room }

    /// Sends as much as can be, at most `limit`, as cheaply as that can be.
    package mutating func run(from source: Int, to sink: Int, limit: Int64 = .max) -> (flow: Int64, cost: Int128) {
        var flow: Int64 = 0
        var cost: Int128 = 0
        while flow < limit, let path = shortest(source, sink) {
            let room = path.map { arcs[$0].room }.min() ?? 0
            let amount = min(room, limit - flow)
            for arc in path {
                arcs[arc].room -= amount
                arcs[arc ^ 1].room += amount
                cost += Int128(amount) * Int128(arcs[arc].cost)
            }
            flow += amount
        }
        return (flow, cost)
    }

    /// The arcs of the cheapest path with room (Bellman and Ford, with a queue).
    private func shortest(_ source: Int, _ sink: Int) -> [Int]? {
        var distance = [Int64](repeating: .max, count: out.count)
        var before = [Int](repeating: -1, count: out.count)
        var queue = [source]
        var isQueued = [Bool](repeating: false, count: out.count)
        var head = 0
        distance[source] = 0
        while head < queue.count {
            let node = queue[head]
            head += 1
            isQueued[node] = false
            for arc in out[node] where arcs[arc].room > 0 {
                let (through, next) = (distance[node] + arcs[arc].cost, arcs[arc].to)
                guard through < distance[next] else { continue }
                distance[next] = through
                before[next] = arc
                if !isQueued[next] {
                    isQueued[next] = true
                    queue.append(next)
                }
            }
        }
        guard before[sink] >= 0 else { return nil }
        var path: [Int] = []
        var node = sink
        while node != source {
            path.append(before[node])
            node = arcs[before[node] ^ 1].to
        }
        return path.reversed()
    }
}
