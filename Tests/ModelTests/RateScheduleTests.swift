import Model
import Testing

@Suite("A rate by the time of day")
struct RateScheduleTests {
    private func rate(_ text: String, _ hour: Int, _ minute: Int = 0) throws -> Double? {
        try #require(RateSchedule(parsing: text)).rate(atMinute: hour * 60 + minute)?.bytesPerSecond
    }

    @Test("is one rate, or a rate for each window and one for the rest")
    func rates() throws {
        #expect(try rate("50MB/s", 3) == 50e6)
        #expect(try rate("none", 3) == nil)
        let office = "08:00-18:00=10MB/s,else=1Gbit/s"
        #expect(try rate(office, 7, 59) == 125e6)
        #expect(try rate(office, 8) == 10e6)
        #expect(try rate(office, 17, 59) == 10e6)
        #expect(try rate(office, 18) == 125e6)
        let night = "22:00-06:00=none, 12:00-22:00=1MB/s"
        #expect(try rate(night, 23) == nil)
        #expect(try rate(night, 5, 59) == nil)
        #expect(try rate(night, 6) == nil)
        #expect(try rate(night, 12) == 1e6)
    }

    @Test(
        "is refused where it says nothing clear",
        arguments: [
            "", "fast", "08:00-18:00", "08:00=1MB/s", "8:00-9:00=1MB/s", "08:00-08:00=1MB/s", "08:00-25:00=1MB/s",
            "08:60-09:00=1MB/s", "08:00-10:00=1MB/s,09:00-11:00=2MB/s", "else=1MB/s,else=2MB/s", "08:00-09:00=x",
            "08:00-09:00=1MB/s,", "0MB/s",
        ])
    func refusals(text: String) { #expect(RateSchedule(parsing: text) == nil) }

    @Test("of several is the tightest of them at each minute, and is read as it is written")
    func tightest() throws {
        let texts = ["08:00-18:00=10MB/s,else=none", "22:00-09:00=1MB/s,else=50MB/s", "none"]
        let all = try texts.map { try #require(RateSchedule(parsing: $0)) }
        let tight = RateSchedule(tightestOf: all)
        for (hour, wanted) in [(0, 1e6), (8, 1e6), (9, 10e6), (17, 10e6), (18, 50e6), (22, 1e6)] {
            #expect(tight.rate(atMinute: hour * 60)?.bytesPerSecond == wanted, "\(hour)")
        }
        let again = try #require(RateSchedule(parsing: tight.description), "\(tight)")
        for minute in 0..<1440 { #expect(again.rate(atMinute: minute) == tight.rate(atMinute: minute)) }
        #expect(tight.description == "09:00-18:00=10MB/s,18:00-22:00=50MB/s,else=1MB/s")
        #expect(RateSchedule(parsing: "1500B/s")?.description == "1500B/s")
        #expect(RateSchedule(tightestOf: []).description == "none")
        #expect(RateSchedule(parsing: RateSchedule(nil).description) == RateSchedule(nil))
    }
}
