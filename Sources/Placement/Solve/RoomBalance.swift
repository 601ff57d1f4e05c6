/// Variables in rooms, each of which takes so many, and what each costs in each room.
///
/// As long as some moves together cost less than nothing they are made: a circle of rooms, each of which passes one on to the next,
/// or a chain that ends where room is left. Without such a circle nothing costs less.
struct RoomBalance {
    /// How many each room takes.
    private let rooms: [Int]
    /// What a variable costs in a room, by variable, then room; infinite where it cannot be.
    var cost: [Double]
    /// The room of each variable.
    var place: [Int]
    /// What moving the cheapest mover from one room to another adds, and who that is; room that is left is one more room.
    private var arcs: [Double]
    private var movers: [Int]

    /// Sums that differ by less are the same.
    private static let close = 1e-3
    /// What leaving a room is worth where one cannot be.
    private static let outcast = 1e15

    init(_ rooms: [Int], place: [Int]) {
        (self.rooms, self.place) = (rooms, place)
        cost = [Double](repeating: .infinity, count: rooms.count * place.count)
        arcs = [Double](repeating: .infinity, count: (rooms.count + 1) * (rooms.count + 1))
        movers = [Int](repeating: -1, count: arcs.count)
    }

    /// Moves variables as long as that costs less.
    mutating func settle() {
        for _ in 0..<4 * place.count {
            weigh()
            guard let circle = circle() else { return }
            pass(circle)
        }
    }

    private mutating func weigh() {
        let (count, width) = (rooms.count, rooms.count + 1)
        for at in arcs.indices { arcs[at] = .infinity }
        var left = rooms
        for variable in place.indices {
            let from = place[variable]
            left[from] -= 1
            let mine = min(cost[variable * count + from], Self.outcast)
            for to in 0..<count where cost[variable * count + to] < .infinity && to != from {
                let more = cost[variable * count + to] - mine
                if more < arcs[from * width + to] {
                    arcs[from * width + to] = more
                    movers[from * width + to] = variable
                }
            }
        }
        for room in 0..<count {
            arcs[count * width + room] = 0
            if left[room] > 0 { arcs[room * width + count] = 0 }
        }
    }

    /// A circle of negative cost (Bellman and Ford), in the order of moves.
    private func circle() -> [Int]? {
        let width = rooms.count + 1
        var distance = [Double](repeating: 0, count: width)
        var before = [Int](repeating: -1, count: width)
        for _ in 0...width {
            var isChanged = false
            for a in 0..<width {
                for b in 0..<width where distance[a] + arcs[a * width + b] < distance[b] - Self.close {
                    distance[b] = distance[a] + arcs[a * width + b]
                    before[b] = a
                    isChanged = true
                }
            }
            guard isChanged else { return nil }
            if let found = Self.circle(before) { return found }
        }
        return nil
    }

    private static func circle(_ before: [Int]) -> [Int]? {
        var seen = [Int](repeating: -1, count: before.count)
        for start in before.indices {
            var at = start
            while at >= 0, seen[at] < 0 {
                seen[at] = start
                at = before[at]
            }
            guard at >= 0, seen[at] == start else { continue }
            var out = [at]
            while before[out[out.count - 1]] != at { out.append(before[out[out.count - 1]]) }
            return out.reversed()
        }
        return nil
    }

    private mutating func pass(_ circle: [Int]) {
        let (left, width) = (rooms.count, rooms.count + 1)
        for index in circle.indices {
            let (a, b) = (circle[index], circle[(index + 1) % circle.count])
            if a != left, b != left { place[movers[a * width + b]] = b }
        }
    }
}
