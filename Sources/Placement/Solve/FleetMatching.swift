/// Whether many jobs find places, each of which takes so many, where each job may go to some of them alone: by paths that pass jobs on
/// until one ends where there is room (after Berge, 1957).
package struct FleetMatching {
    private let rooms: [Int]
    private let isAllowed: (_ job: Int, _ place: Int) -> Bool
    private var members: [[Int]]
    /// By pair of places: how many at the first could go to the second.
    private var movable: [Int]

    private init(_ rooms: [Int], _ isAllowed: @escaping (Int, Int) -> Bool) {
        (self.rooms, self.isAllowed) = (rooms, isAllowed)
        members = rooms.map { _ in [] }
        movable = [Int](repeating: 0, count: rooms.count * rooms.count)
    }

    /// Whether all of so many jobs find a place.
    package static func fits(
        jobs: Int, rooms: [Int], _ isAllowed: @escaping (_ job: Int, _ place: Int) -> Bool
    ) -> Bool {
        var matching = FleetMatching(rooms, isAllowed)
        return (0..<jobs).allSatisfy { matching.place($0) }
    }

    private mutating func place(_ job: Int) -> Bool {
        let allowed = rooms.indices.filter { isAllowed(job, $0) }
        guard let end = end(from: allowed) else { return false }
        var at = end.place
        while end.before[at] >= 0 {
            let from = end.before[at]
            guard let index = members[from].firstIndex(where: { isAllowed($0, at) }) else { return false }
            let moved = members[from].remove(at: index)
            count(moved, from, -1)
            enter(moved, at)
            at = from
        }
        enter(job, at)
        return true
    }

    /// The nearest place with room, and who passes on to whom on the way there.
    private func end(from start: [Int]) -> (place: Int, before: [Int])? {
        var before = [Int](repeating: -2, count: rooms.count)
        for at in start { before[at] = -1 }
        var queue = start
        var head = 0
        while head < queue.count {
            let at = queue[head]
            head += 1
            if members[at].count < rooms[at] { return (at, before) }
            for next in rooms.indices where before[next] == -2 && movable[at * rooms.count + next] > 0 {
                before[next] = at
                queue.append(next)
            }
        }
        return nil
    }

    private mutating func enter(_ job: Int, _ at: Int) {
        members[at].append(job)
        count(job, at, 1)
    }

    private mutating func count(_ job: Int, _ at: Int, _ sign: Int) {
        for next in rooms.indices where isAllowed(job, next) { movable[at * rooms.count + next] += sign }
    }
}
