import Foundation
import TestSupport
import Testing

/// Nights of the built program, whose time of day is moved while it runs.
@Suite("Nights of the daemon, the clock moved")
struct ServeNightTests {
    @Test("bring what has changed, once each, over a kill and a day that was slept through")
    func nights() throws {
        let host = try ServingSite(
            """
            schedules: [{ name: nightly, replicate: d0, to: lab, at: "0 2 * * *" }]
            """)
        let source = try #require(Bundle.module.url(forResource: "Preloaded/clock", withExtension: "c")).path
        let built = try host.site.shell(
            "for c in cc clang; do $c -O1 -shared -fPIC -o clock.so '\(source)' && break; done; LD_PRELOAD=$PWD/clock.so true"
        )
        try #require(built.status == 0 && built.errors.isEmpty, "\(built.text) \(built.errors)")
        let moved = ["LD_PRELOAD": host.site.path("clock.so"), "CLOCK_FILE": host.site.path("clock")]
        let first = 1_798_768_800  // 2027-01-01T02:00:00Z
        func set(night: Int, seconds: Int = 1) throws {
            let wanted = first + night * 86_400 + seconds
            let file = host.site.scratch.url.appendingPathComponent("clock")
            // As a whole: it is read at any time.
            try Data("\(wanted - Int(time(nil)))\n".utf8).write(to: file, options: .atomic)
        }
        func done(_ count: Int) throws {
            try host.wait("\(count) nights are done") {
                try host.runs().count { $0["state"] as? String == "succeeded" } == count
            }
        }
        try set(night: -1, seconds: 43_200)
        try host.start(with: moved)
        for night in 0..<2 {
            try host.site.scratch.write("s0/night", "\(night)")
            try set(night: night)
            try done(night + 1)
        }
        host.kill()
        // Two nights go by with nobody there: the newest is made up for.
        try host.site.scratch.write("s0/night", "late")
        try set(night: 3, seconds: 7200)
        try host.start(with: moved)
        try done(3)
        #expect(try host.stop() == 0)
        let dues = try host.runs().compactMap { $0["due"] as? String }
        #expect(dues == ["2027-01-04T02:00:00Z", "2027-01-02T02:00:00Z", "2027-01-01T02:00:00Z"])
        #expect(try host.snapshots("lab", "d0").count == 3)
    }
}
