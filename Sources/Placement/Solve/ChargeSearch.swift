/// Looks for better assignments of a problem without pairs by paying and leaving charges.
///
/// With each change of what is paid all variables go where they cost least, as far as there is room: by circles of moves that
/// together cost less than nothing (Klein, 1967). Changes that cost a little are taken too, ever less as it goes on (simulated
/// annealing, after Kirkpatrick, Gelatt and Vecchi, 1983). The draws are the same for the same problem.
struct ChargeSearch {
    private let flat: FlatProblem
    private let rooms: Int
    /// By variable and room, where its choices begin; one more for each variable than there are rooms.
    private var groups: [Int] = []
    /// By charge: the variables, and their rooms, that have choices with it.
    private var touched: [[(variable: Int, room: Int)]]

    private var isPaid: [Bool]
    private var balance: RoomBalance
    /// By variable and room: the choice that costs least there by what is paid.
    private var pick: [Int]
    private var slopes: [Double]
    private var cost = Double.infinity
    /// The best choices that were met.
    private(set) var best: [Int]
    /// What they cost.
    private(set) var bestCost: Double
    private var draws: RandomDraws
    /// The last time that each charge was seen.
    private var marks: [Int]
    private var mark = 0

    /// A search that knows some choices, and begins where the charges of these are paid, or others instead, if there are any.
    init(_ flat: FlatProblem, from start: [Int], paying others: [Int] = [], seed: UInt64) {
        self.flat = flat
        rooms = flat.rooms.count
        draws = RandomDraws(seed)
        touched = [[(variable: Int, room: Int)]](repeating: [], count: flat.charges)
        isPaid = [Bool](repeating: false, count: flat.charges)
        marks = [Int](repeating: 0, count: flat.charges)
        pick = [Int](repeating: -1, count: flat.count * rooms)
        balance = RoomBalance(flat.rooms, place: start.map { flat.room[$0] })
        slopes = [Double](repeating: 0, count: flat.meters)
        (best, bestCost) = (start, .infinity)
        for variable in 0..<flat.count { group(variable) }
        for choice in start { for charge in flat.charges(of: choice) { isPaid[charge] = true } }
        (bestCost, slopes) = valued(start)
        renew()
        balance.settle()
        take(chosen)
        if !others.isEmpty { pay(others) }
    }

    /// Goes on from where these charges are paid and no others, if all fit then.
    private mutating func pay(_ charges: [Int]) {
        let known = (isPaid, balance, pick, cost, slopes)
        isPaid = isPaid.map { _ in false }
        for charge in charges { isPaid[charge] = true }
        renew()
        balance.settle()
        let now = chosen
        let next = valued(now)
        guard next.cost < .infinity else {
            (isPaid, balance, pick, cost, slopes) = known
            return
        }
        goOn(from: now, next)
    }

    /// How much is looked at for each change, about.
    var work: Int { flat.count * rooms + 3 * rooms * rooms }

    private mutating func group(_ variable: Int) {
        var at = flat.first[variable]
        for room in 0..<rooms {
            groups.append(at)
            var mine: Set<Int> = []
            while at < flat.first[variable + 1], flat.room[at] == room {
                mine.formUnion(flat.charges(of: at))
                at += 1
            }
            for charge in mine.sorted() { touched[charge].append((variable, room)) }
        }
        groups.append(at)
    }

    /// Makes so many changes, from one temperature to another, in micro-dollars; none where nothing is shared.
    mutating func run(changes: Int, from hot: Double, to cold: Double) {
        guard flat.charges > 0, changes > 0, hot > 0, cold > 0 else { return }
        let factor = Normal.exp(Normal.log(cold / hot) / Double(changes))
        var heat = hot
        for _ in 0..<changes {
            change(heat)
            heat *= factor
        }
    }

    private mutating func change(_ heat: Double) {
        let turned = drawn()
        guard !turned.isEmpty else { return }
        let known = balance.place
        for charge in turned { turn(charge) }
        balance.settle()
        let now = chosen
        let next = valued(now)
        let more = next.cost - cost
        guard more <= 0 || (more < 20 * heat && draws.unit() < Normal.exp(-more / heat)) else {
            balance.place = known
            for charge in turned { turn(charge) }
            return
        }
        goOn(from: now, next)
    }

    /// Goes on from choices that were valued last.
    private mutating func goOn(from now: [Int], _ value: (cost: Double, slopes: [Double])) {
        cost = value.cost
        // What nobody needs is not paid.
        for charge in isPaid.indices where isPaid[charge] && marks[charge] != mark { turn(charge) }
        if slopes != value.slopes {
            slopes = value.slopes
            renew()
        }
        take(now)
    }

    /// Charges to be paid or left: those that some choice needs, or one that is paid, or both.
    private mutating func drawn() -> [Int] {
        var turned: [Int] = []
        let kind = pick(4)
        if kind < 2 {
            let variable = pick(flat.count)
            let choice = flat.first[variable] + pick(flat.first[variable + 1] - flat.first[variable])
            turned = flat.charges(of: choice).filter { !isPaid[$0] }
        }
        if kind > 0 {
            let paid = isPaid.indices.filter { isPaid[$0] }
            if !paid.isEmpty { turned.append(paid[pick(paid.count)]) }
        }
        return turned
    }

    private mutating func pick(_ count: Int) -> Int { Int(((draws.next() >> 32) &* UInt64(count)) >> 32) }

    private mutating func take(_ now: [Int]) {
        if cost == .infinity { (cost, slopes) = valued(now) }
        if cost < bestCost - 0.5 { (best, bestCost) = (now, cost) }
    }

    private mutating func turn(_ charge: Int) {
        isPaid[charge].toggle()
        for (variable, room) in touched[charge] { renew(variable, room) }
    }

    private mutating func renew() {
        for variable in 0..<flat.count { for room in 0..<rooms { renew(variable, room) } }
    }

    private mutating func renew(_ variable: Int, _ room: Int) {
        var found = (cost: Double.infinity, choice: -1)
        let start = variable * (rooms + 1) + room
        for choice in groups[start]..<groups[start + 1] {
            let cost = flat.cost(choice, slopes)
            guard cost < found.cost, flat.charges(of: choice).allSatisfy({ isPaid[$0] }) else { continue }
            found = (cost, choice)
        }
        balance.cost[variable * rooms + room] = found.cost
        pick[variable * rooms + room] = found.choice
    }

    private var chosen: [Int] { (0..<flat.count).map { pick[$0 * rooms + balance.place[$0]] } }

    /// What choices cost, and the slopes of meters there; marks their charges.
    private mutating func valued(_ chosen: [Int]) -> (cost: Double, slopes: [Double]) {
        mark += 1
        guard chosen.allSatisfy({ $0 >= 0 }) else { return (.infinity, slopes) }
        var charges: [Int] = []
        for choice in chosen {
            for charge in flat.charges(of: choice) where marks[charge] != mark {
                marks[charge] = mark
                charges.append(charge)
            }
        }
        var amounts = [Double](repeating: 0, count: flat.meters)
        var sum = flat.add(chosen, charges, to: &amounts)
        for meter in amounts.indices { sum += flat.price(meter, amounts[meter]) }
        return (sum, amounts.indices.map { flat.slope($0, amounts[$0]) })
    }
}
