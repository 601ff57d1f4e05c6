import Foundation
import TestSupport
import Testing

@Suite("Schedules on the command line")
struct ScheduleTests {
    @Test("are foretold by the clocks of a zone")
    func next() throws {
        let run = try Program.run(
            "schedule", "next", "30 2 * * *", "--zone", "Europe/Berlin", "--after", "2026-10-24T12:00:00Z", "-n", "2")
        #expect(run.status == 0, "\(run.errors)")
        #expect(
            run.text == """
                30 2 * * *  in Europe/Berlin
                DAY  LOCAL                      CLOCK  UTC                   NOTE
                Sun  2026-10-25T02:30:00+02:00  CEST   2026-10-25T00:30:00Z  clocks come to this time twice: the first
                Mon  2026-10-26T02:30:00+01:00  CET    2026-10-26T01:30:00Z

                """)
        let spring = try Program.run(
            "schedule", "next", "30 2 * * *", "--zone", "Europe/Berlin", "--after", "2026-03-28T12:00:00Z", "--json")
        let rows = try #require(try spring.document()["occurrences"] as? [[String: Any]])
        #expect(rows.count == 5)
        #expect(rows[0]["local"] as? String == "2026-03-29T03:00:00+02:00")
        #expect(rows[0]["note"] as? String == "clocks are put forward over the time that is named")
    }

    @Test("are told by the zone of this system, which TZ names")
    func local() throws {
        let run = try Program.run(
            [
                "schedule", "next", "0 0 * * *", "--zone", "local", "--after", "2026-06-01T00:00:00Z", "-n", "1",
                "--json",
            ],
            environment: ["TZ": "Asia/Kathmandu"])
        let rows = try #require(try run.document()["occurrences"] as? [[String: Any]])
        #expect(rows.first?["due"] as? String == "2026-06-01T18:15:00Z")
    }

    @Test("show where they are written wrong, and what to write")
    func wrong() throws {
        let run = try Program.run("schedule", "next", "0 25 * * *")
        #expect(run.status == 2)
        #expect(
            run.errors == """
                perigee: column 3: there is no hour 25
                    0 25 * * *
                      ^^
                  write 0 to 23

                """)
        for arguments in [
            ["0 3 * * *", "--zone", "Europe/Nowhere"], ["0 3 * * *", "--zone", "Europe"], ["0 3 * * *", "-n", "0"],
            ["0 3 * * *", "--after", "tomorrow"], ["0 3"], ["every 1s"], [""],
        ] {
            let run = try Program.run(["schedule", "next", "--json"] + arguments)
            #expect(run.status == 2, "\(arguments)")
            #expect(try run.document()["remedy"] as? String != nil, "\(arguments)")
        }
    }
}
