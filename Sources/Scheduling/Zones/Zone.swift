/// A time zone: what its clocks showed, and will show by the rules that are known now.
///
/// Immutable. Finding the clock at an instant costs a binary search.
public final class Zone: Sendable {
    /// The name that it was asked for by: `Europe/Berlin`.
    public let name: String

    /// When the clocks change, ascending.
    ///
    /// ``clocks`` has one element more: the clock before the first change.
    private let changes: [Int64]
    private let clocks: [ZoneClock]
    /// From when on the last 400 years repeat; nil where the last clock stays.
    private let cycleEnd: Int64?

    /// The Gregorian calendar repeats after 400 years, weekdays too: 146,097 days are 20,871 weeks.
    static let cycle: Int64 = 146_097 * 86_400

    /// UTC.
    public static let utc = Zone(name: "UTC", offset: 0, abbreviation: "UTC")

    /// A zone whose clocks are ahead of UTC by `offset` seconds at all times.
    public init(name: String, offset: Int64, abbreviation: String) {
        self.name = name
        changes = []
        clocks = [ZoneClock(offset: offset, abbreviation: abbreviation)]
        cycleEnd = nil
    }

    /// A zone with `first` before the first change, and the rules of `tail` after the last one.
    init(name: String, first: ZoneClock, changes: [ZoneChange], tail: ZoneTail?) {
        var all = changes
        cycleEnd = tail?.extend(&all)
        self.name = name
        self.changes = all.map(\.at)
        clocks = [first] + all.map(\.clock)
    }

    /// The clocks at `instant`, and how long they are so.
    public func span(at instant: Instant) -> ZoneSpan {
        guard let cycleEnd, instant.seconds >= cycleEnd else { return known(instant.seconds, shift: 0) }
        let shift = ((instant.seconds - cycleEnd) / Self.cycle + 1) * Self.cycle
        return known(instant.seconds - shift, shift: shift)
    }

    /// The seconds by which local clocks are ahead of UTC at `instant`.
    public func offset(at instant: Instant) -> Int64 { span(at: instant).clock.offset }

    private func known(_ seconds: Int64, shift: Int64) -> ZoneSpan {
        let index = changesUpTo(seconds)
        let start = index == 0 ? Instant.distantPast : Instant(changes[index - 1] + shift)
        let end = index == changes.count ? Instant.distantFuture : Instant(changes[index] + shift)
        return ZoneSpan(start: start, end: end, clock: clocks[index])
    }

    /// How many changes are at or before `seconds`.
    private func changesUpTo(_ seconds: Int64) -> Int {
        changes.withUnsafeBufferPointer { changes in
            var (low, high) = (0, changes.count)
            while low < high {
                let middle = (low + high) / 2
                if changes[middle] <= seconds { low = middle + 1 } else { high = middle }
            }
            return low
        }
    }
}

extension Zone: Hashable {
    /// Whether both have the same name; a table gives one zone for one name.
    public static func == (a: Zone, b: Zone) -> Bool { a.name == b.name }

    /// Hashes the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// A change of a zone's clocks.
struct ZoneChange {
    /// When, in seconds since 1970.
    var at: Int64
    /// What they show from then on.
    var clock: ZoneClock
}
