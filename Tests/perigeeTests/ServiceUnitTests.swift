import Foundation
import TestSupport
import Testing

@Suite("The unit of systemd")
struct ServiceUnitTests {
    @Test("is sound, and takes away what the daemon does not need")
    func sound() throws {
        let unit = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Config/perigee.service")
        let text = try String(contentsOf: unit, encoding: .utf8)
        let site = try FaultSite()
        try site.scratch.write(
            "perigee.service", text.replacingOccurrences(of: "/usr/local/bin/perigee", with: Program.path))
        let verified = try site.shell("systemd-analyze verify ./perigee.service 2>&1")
        #expect(verified.status == 0 && verified.text.isEmpty, "\(verified.text)")
        // An exposure of 2.0 of 10 at most.
        let judged = try site.shell("systemd-analyze security --offline=true --threshold=20 ./perigee.service 2>&1")
        #expect(judged.status == 0 && judged.text.contains("Overall exposure level"), "\(judged.text)")
    }
}
