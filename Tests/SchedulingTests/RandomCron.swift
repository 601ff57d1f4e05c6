import Model
import Scheduling
import TestSupport

/// A cron expression that was made of sets at random, and judges days and times by these sets: slowly, and in another way
/// than the parser's result does.
struct RandomCron {
    /// A term of a day field.
    enum Term {
        case set(Set<Int>)
        case last(Int)
        case nearest(Int)
        case lastWorkday
        case lastOf(Int)
        case numbered(Int, Int)
        case weekdays(Set<Int>)
    }

    let minutes: Set<Int>
    let hours: Set<Int>
    let months: Set<Int>
    let monthDays: [Term]
    let weekdays: [Term]
    let isMonthDayStar: Bool
    let isWeekdayStar: Bool
    let text: String

    init(_ seed: inout Seed) {
        let minute = Self.field(0...59, few: 3, &seed)
        // Half of the expressions follow the clock.
        let hour = Bool.random(using: &seed) ? (Set(0...23), "*") : Self.field(0...23, few: 3, &seed)
        let month = Int.random(in: 0..<3, using: &seed) > 0 ? (Set(1...12), "*") : Self.field(1...12, few: 4, &seed)
        let day = Self.monthDay(&seed)
        let weekday = Self.weekday(&seed)
        (minutes, hours, months) = (minute.0, hour.0, month.0)
        (monthDays, weekdays) = (day.0, weekday.0)
        isMonthDayStar = day.1.hasPrefix("*")
        isWeekdayStar = weekday.1.hasPrefix("*")
        text = [minute.1, hour.1, day.1, month.1, weekday.1].joined(separator: " ")
    }

    var isHourly: Bool { hours == Set(0...23) }

    /// Whether it names a time of the day.
    func hasTime(_ minuteOfDay: Int) -> Bool { minutes.contains(minuteOfDay % 60) && hours.contains(minuteOfDay / 60) }

    func hasDay(_ date: CivilDate) -> Bool {
        guard months.contains(Int(date.month)) else { return false }
        let byMonth = monthDays.contains { Self.has($0, date) }
        let byWeek = weekdays.contains { Self.has($0, date) }
        return isMonthDayStar || isWeekdayStar ? byMonth && byWeek : byMonth || byWeek
    }

    private static func weekday(_ date: CivilDate) -> Int { Int((date.daysSince1970 + 4) % 7) }

    /// All days of the month of `date`.
    private static func month(_ date: CivilDate) -> [CivilDate] {
        (1...31).compactMap { CivilDate(year: date.year, month: date.month, day: $0) }
    }

    private static func has(_ term: Term, _ date: CivilDate) -> Bool {
        let month = month(date)
        switch term {
        case .set(let days): return days.contains(Int(date.day))
        case .weekdays(let days): return days.contains(weekday(date))
        case .last(let before): return month.count - before == Int(date.day)
        case .lastWorkday: return month.last { (1...5).contains(weekday($0)) } == date
        case .nearest(let day):
            guard day <= month.count else { return false }
            let workdays = month.filter { (1...5).contains(weekday($0)) }
            let nearest = workdays.map { abs(Int($0.day) - day) }.min()
            // A Saturday has Friday at one day, a Sunday has Monday: there is never a draw between two.
            return (1...5).contains(weekday(date)) && abs(Int(date.day) - day) == nearest
        case .lastOf(let wanted): return month.last { weekday($0) == wanted } == date
        case .numbered(let wanted, let number):
            let those = month.filter { weekday($0) == wanted }
            return those.count >= number && those[number - 1] == date
        }
    }
}

// How it is written.
extension RandomCron {
    /// A set of numbers and one of the ways to write it.
    private static func field(_ range: ClosedRange<Int>, few: Int, _ seed: inout Seed) -> (Set<Int>, String) {
        var (set, parts): (Set<Int>, [String]) = ([], [])
        for _ in 0..<Int.random(in: 1...few, using: &seed) {
            let (low, high) = two(range, &seed)
            let step = Int.random(in: 1...9, using: &seed)
            switch Int.random(in: 0..<4, using: &seed) {
            case 0:
                set.formUnion([low])
                parts.append("\(low)")
            case 1:
                set.formUnion(low...high)
                parts.append("\(low)-\(high)")
            case 2:
                set.formUnion(stride(from: low, through: high, by: step))
                parts.append("\(low)-\(high)/\(step)")
            default:
                set.formUnion(stride(from: range.lowerBound, through: range.upperBound, by: step))
                parts.append("*/\(step)")
            }
        }
        return (set, parts.joined(separator: ","))
    }

    private static func two(_ range: ClosedRange<Int>, _ seed: inout Seed) -> (Int, Int) {
        let (a, b) = (Int.random(in: range, using: &seed), Int.random(in: range, using: &seed))
        return (min(a, b), max(a, b))
    }

    private static func monthDay(_ seed: inout Seed) -> ([Term], String) {
        let day = Int.random(in: 1...28, using: &seed)
        switch Int.random(in: 0..<8, using: &seed) {
        case 0...2: return ([.set(Set(1...31))], "*")
        case 3: return ([.last(0)], "L")
        case 4: return ([.last(day % 20), .set([day])], "L-\(day % 20),\(day)")
        case 5: return ([.nearest(day)], "\(day)W")
        case 6: return ([.lastWorkday], "lw")
        default:
            let field = field(1...31, few: 3, &seed)
            return ([.set(field.0)], field.1)
        }
    }

    private static func weekday(_ seed: inout Seed) -> ([Term], String) {
        let names = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
        let (low, high) = two(0...6, &seed)
        switch Int.random(in: 0..<7, using: &seed) {
        case 0...2: return ([.weekdays(Set(0...6))], "*")
        case 3: return ([.lastOf(low)], "\(low)L")
        case 4: return ([.numbered(low, 1 + high % 4)], "\(names[low])#\(1 + high % 4)")
        case 5: return ([.weekdays(Set(low...high))], "\(names[low])-\(names[high])")
        default: return ([.weekdays([0, low])], "7,\(low)")
        }
    }
}
