import Model
import TestSupport

/// A schedule of a simulated year: as the configuration writes it, and as a child would count its runs.
struct SimulatedPlan {
    /// When it is due.
    enum Time {
        /// On some days at minutes of the day, by local clocks.
        case days(Days, minutes: [Int64])
        /// At a minute of each hour, by local clocks.
        case hourly(minute: Int64)
        /// Each so many seconds since 1970.
        case every(Int64)
        /// With another one.
        case after(Int)
    }

    /// Which days.
    enum Days { case all, mondayToFriday, sundays, lastOfMonth }

    let name: String
    let zone: WitnessZone
    let time: Time
    let catchUp: String
    /// As it is written in the configuration.
    let line: String

    /// One of each kind, and so on; `index` says which.
    init(_ index: Int, _ zone: WitnessZone, _ seed: inout Seed) {
        name = "s\(index)"
        self.zone = zone
        let minute = Int64.random(in: 0..<60, using: &seed)
        let hour = Int64.random(in: 0..<5, using: &seed)
        catchUp = ["all", "once", "none"][Int.random(in: 0..<4, using: &seed) % 3]
        var rules = ["catch_up: \(catchUp)", "max_lateness: 366d"]
        rules.append("overlap: \(["skip", "queue", "replace"].randomElement(using: &seed) ?? "skip")")
        rules.append("priority: \(Int.random(in: -2...2, using: &seed))")
        let at: String
        switch index % 20 {
        case 0 where index % 100 == 0:
            time = .hourly(minute: minute)
            at = "\(minute) * * * *"
        case 1, 2, 3:
            let minutes = Int64.random(in: 240...1200, using: &seed)
            time = .every(minutes * 60)
            at = "every \(minutes)m"
        case 4:
            time = .days(.all, minutes: [0, 6, 12, 18].map { $0 * 60 + minute })
            at = "\(minute) */6 * * *"
        case 5, 6:
            time = .days(.mondayToFriday, minutes: [hour * 60 + minute])
            at = "\(minute) \(hour) * * mon-fri"
        case 7:
            time = .days(.sundays, minutes: [0])
            at = "@weekly"
        case 8:
            time = .days(.lastOfMonth, minutes: [hour * 60 + minute])
            at = "\(minute) \(hour) L * *"
        case 9, 10, 11:
            time = .days(.all, minutes: [22 * 60 + minute])
            at = "nightly between 22:\(minute < 10 ? "0" : "")\(minute) and 05:00"
            rules += ["stop_after_close: 30m", "jitter: 20m"]
        case 12:
            time = .after(index - 1)
            line = "  - { name: \(name), verify: d, in: lab, needs: [s\(index - 1)], overlap: queue }"
            return
        default:
            time = .days(.all, minutes: [hour * 60 + minute])
            at = "\(minute) \(hour) * * *"
            if index % 20 == 13 { rules += ["window: 00:00-12:00", "jitter: 5m"] }
        }
        let work = index % 3 == 0 ? "verify: d, in: lab" : "replicate: d, to: lab"
        line = "  - { name: \(name), \(work), at: \"\(at)\", zone: \(zone.name), \(rules.joined(separator: ", ")) }"
    }

    /// All instants after `start` and up to `end` at which a run is due, counted by the witness.
    func dues(after start: Int64, to end: Int64) -> Set<Int64> {
        switch time {
        case .after: return []
        case .hourly(let minute): return Set(zone.instants(atMinute: minute, from: start + 1, to: end))
        case .every(let period):
            return Set(stride(from: (start / period + 1) * period, through: end, by: Int64.Stride(period)))
        case .days(let days, let minutes):
            var dues: Set<Int64> = []
            for day in (start / 86_400 - 2)...(end / 86_400 + 2) where days.contains(day) {
                for minute in minutes { dues.insert(zone.first(ofLocal: day * 86_400 + minute * 60)) }
            }
            return dues.filter { start < $0 && $0 <= end }
        }
    }
}

extension SimulatedPlan.Days {
    /// Whether the day that comes so many days after 1970-01-01, a Thursday, is one of them.
    func contains(_ day: Int64) -> Bool {
        switch self {
        case .all: true
        case .mondayToFriday: (1...5).contains((day + 4) % 7)
        case .sundays: (day + 4) % 7 == 0
        case .lastOfMonth: CivilDate(daysSince1970: day + 1).day == 1
        }
    }
}
