import Content
import Hashing
import Model
import Testing
import Vault

@Suite("What is kept") struct RetentionTests {
    /// Snapshots at these instants, the newest first.
    private func snapshots(_ instants: [String]) throws -> [(id: ContentID, created: Timestamp)] {
        try instants.enumerated().map { index, text in
            let digest = withUnsafeBytes(of: UInt64(index)) { Blake3.hash($0) }
            return (ContentID(digest), try #require(Timestamp(rfc3339: text)))
        }
    }

    private func kept(
        _ instants: [String], offset: Int64 = 0, _ set: (inout Retention) -> Void
    ) throws -> [String] {
        var rules = Retention()
        set(&rules)
        let snapshots = try snapshots(instants)
        let verdicts = rules.judge(snapshots) { _ in offset }
        return zip(instants, snapshots).filter { _, snapshot in
            verdicts.contains { $0.id == snapshot.id && !$0.reasons.isEmpty }
        }.map(\.0)
    }

    private let days = [
        "2026-11-25T22:00:00Z", "2026-11-25T10:00:00Z", "2026-11-24T23:30:00Z", "2026-11-22T12:00:00Z",
        "2026-11-15T12:00:00Z", "2026-10-31T12:00:00Z", "2025-12-31T12:00:00Z",
    ]

    @Test("the newest so many") func last() throws {
        #expect(try kept(days) { $0.last = 2 } == Array(days.prefix(2)))
        #expect(try kept(days) { $0.last = 99 } == days)
    }

    @Test("of each day that has snapshots the newest; days without do not count") func daily() throws {
        #expect(try kept(days) { $0.daily = 3 } == [days[0], days[2], days[3]])
    }

    @Test("weeks begin on Monday: Sunday the 22nd is in the week before") func weekly() throws {
        #expect(try kept(days) { $0.weekly = 3 } == [days[0], days[3], days[4]])
    }

    @Test("hours, months and years") func others() throws {
        #expect(try kept(days) { $0.hourly = 2 } == [days[0], days[1]])
        #expect(try kept(days) { $0.monthly = 2 } == [days[0], days[5]])
        #expect(try kept(days) { $0.yearly = 5 } == [days[0], days[6]])
    }

    @Test("days begin where the time zone says") func zone() throws {
        // An hour ahead, the 24th's last snapshot is of the 25th.
        #expect(try kept(days, offset: 3600) { $0.daily = 2 } == [days[0], days[3]])
    }

    @Test("within counts back from the newest, not from now; IDs are kept; rules add up") func within() throws {
        #expect(try kept(days) { $0.within = Period(parsing: "3d12h") } == Array(days.prefix(4)))
        let id = try snapshots(days)[5].id.hex.prefix(10)
        #expect(
            try kept(days) { rules in
                rules.ids = [String(id)]
                rules.last = 1
            } == [days[0], days[5]])
    }

    @Test("the newest of the history, whatever a clock said that was wrong once") func wrongClock() throws {
        // Made in this order: a year ahead by mistake, then two with the right time.
        let skewed = ["2026-11-26T22:00:00Z", "2026-11-25T22:00:00Z", "2027-12-31T22:00:00Z"]
        #expect(try kept(skewed) { $0.last = 1 } == [skewed[0]])
        #expect(try kept(skewed) { $0.last = 2 } == Array(skewed.prefix(2)))
        #expect(try kept(skewed) { $0.daily = 1 } == [skewed[0], skewed[2]])
        #expect(try kept(skewed) { $0.daily = 2 } == [skewed[0], skewed[2]])
        #expect(try kept(skewed) { $0.within = Period(parsing: "1d") } == skewed)
        let second = try String(snapshots(skewed)[1].id.hex.prefix(10))
        #expect(try kept(skewed) { $0.ids = [second] } == [skewed[1]], "who names one means that one alone")
    }

    @Test("periods", arguments: [("90s", 90), ("1h30m", 5400), ("2w", 1_209_600), ("1y1d", 31_622_400), ("0", 0)])
    func periods(text: String, seconds: Int64) {
        #expect(Period(parsing: text)?.seconds == seconds)
    }

    @Test(
        "what is no period",
        arguments: ["", "5", "d", "-1d", "1x", "1d2", "99999999999999999999y", "9223372036854775807y"])
    func noPeriods(text: String) { #expect(Period(parsing: text) == nil) }
}
