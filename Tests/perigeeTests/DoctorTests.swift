import Foundation
import Testing

@Suite("perigee doctor")
struct DoctorTests {
    @Test("finds this machine healthy, and says what it has")
    func healthy() throws {
        let state = try Scratch()
        let outcome = try Program.run("doctor", state.path, "--json", "--state", state.path("a/b/state"))
        #expect(outcome.status == 0, "\(outcome.text)")
        let document = try outcome.document()
        #expect(document["healthy"] as? Bool == true)
        let findings = try #require(document["findings"] as? [[String: Any]])
        let subjects = findings.compactMap { $0["subject"] as? String }
        for subject in ["kernels", "cipher", "libraries", "open files", "memory", "clock", "state", "folder"] {
            #expect(subjects.contains(subject), "\(subject)")
        }
        let details = findings.compactMap { $0["detail"] as? String }.joined()
        for word in ["portable", "zstd", "lz4", "openssl"] { #expect(details.contains(word), "\(word)") }
        #expect(FileManager.default.fileExists(atPath: state.path("a/b/state")))
        #expect(try FileManager.default.contentsOfDirectory(atPath: state.path("a/b/state")).isEmpty)
    }

    @Test("ends with status 1 where the state folder cannot be written, and says what to do")
    func unwritable() throws {
        let outcome = try Program.run("doctor", "--state", "/proc/self/nothing")
        #expect(outcome.status == 1)
        #expect(outcome.text.contains("BAD"))
    }
}
