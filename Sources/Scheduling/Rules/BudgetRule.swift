internal import Model

/// What the runs that share a budget may use in a night and in a month.
///
/// A night goes from noon to noon by local clocks, so that none is cut in two; it belongs to the day, and the month, in
/// which it begins. Runs that work as a budget is used up are stopped where they can be gone on with.
public struct BudgetRule: Hashable, Sendable {
    /// The name by which schedules refer to it.
    public let name: String
    /// By whose clocks nights and months are told.
    public let zone: Zone
    /// For a night.
    public let night: Allowance
    /// For a month.
    public let month: Allowance

    /// A budget.
    public init(name: String, zone: Zone, night: Allowance = Allowance(), month: Allowance = Allowance()) {
        self.name = name
        self.zone = zone
        self.night = night
        self.month = month
    }

    /// Whether it limits money, so that the price of what uses it has to be known.
    public var isOfMoney: Bool { night.microdollars != nil || month.microdollars != nil }

    /// The number of the night in which `instant` lies: its first day, counted from 1970-01-01.
    func night(at instant: Instant) -> Int64 { (zone.local(at: instant) - 43_200).flooredQuotient(by: 86_400) }

    /// The number of the month to which a night belongs: years times twelve.
    func month(ofNight night: Int64) -> Int64 {
        let date = CivilDate(daysSince1970: night)
        return date.year * 12 + date.month - 1
    }

    /// The noon after which the next night begins.
    func nextNight(after night: Int64) -> Instant { zone.first(of: CivilMinute(day: night + 1, minuteOfDay: 720)) }

    /// The noon after which the first night of the next month begins.
    func nextMonth(after month: Int64) -> Instant {
        let date = CivilDate(year: (month + 1).flooredQuotient(by: 12), month: (month + 1) % 12 + 1, day: 1)
        return zone.first(of: CivilMinute(day: date?.daysSince1970 ?? 0, minuteOfDay: 720))
    }
}
