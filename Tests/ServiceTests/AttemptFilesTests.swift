import Foundation
import Scheduling
import Service
import TestSupport
import Testing
import Workers

@Suite("The files of an attempt")
struct AttemptFilesTests {
    @Test("hold the limit that was written last, also where it comes as the attempt begins")
    func limits() throws {
        let folder = try TemporaryFolder()
        for number in 0..<500 {
            let files = AttemptFiles(state: folder.path, RunID(schedule: "nightly", due: Instant(Int64(number))))
            if number == 0 { try files.prepare() }
            let other = Companion { files.write(limit: 400_000) }
            try files.prepare()
            other.join()
            #expect(try String(contentsOfFile: files.limit, encoding: .utf8) == "400000\n")
        }
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path("attempts"))
        #expect(left.allSatisfy { $0.hasSuffix(".limit") } && left.count == 500)
    }

    @Test("let an attempt be as fast as it can where nobody has said anything")
    func usual() throws {
        let folder = try TemporaryFolder()
        let files = AttemptFiles(state: folder.path, RunID(schedule: "nightly", due: Instant(0)))
        try files.prepare()
        #expect(try String(contentsOfFile: files.limit, encoding: .utf8) == "none\n")
    }
}
