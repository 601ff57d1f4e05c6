import Foundation
import PeersKit
import Testing

@Suite("What is foreseen beside what comes about")
struct ForesightTests {
    private func foreseen(expected: Int, bytes: Int, expectedSeconds: Double, seconds: Double) throws -> Foreseen {
        let estimate: [String: Any] = [
            "bytes": ["wire_sent": ["p10": expected, "p50": expected, "p90": expected]],
            "seconds": [
                "total": ["p10": expectedSeconds * 0.8, "p50": expectedSeconds, "p90": expectedSeconds * 1.25]
            ],
            "requests": [
                "put": ["p10": 0, "p50": 0, "p90": 0], "get": ["p10": 3, "p50": 3, "p90": 3],
                "list": ["p10": 1, "p50": 1, "p90": 1],
            ], "took": 0.5,
        ]
        let report: [String: Any] = [
            "bytes": ["wire_sent": bytes], "seconds": ["total": seconds],
            "requests": ["put": 0, "get": 3, "list": 1],
        ]
        return try Foreseen(
            .sources, "tree", "nothing", "100 Mbit/s", estimate: estimate, report: report)
    }

    @Test("is read out of two documents, and its errors are shares of what came about")
    func errors() throws {
        let one = try foreseen(expected: 1_010, bytes: 1_000, expectedSeconds: 9, seconds: 10)
        #expect(abs(one.byteError - 0.01) < 1e-9 && abs(one.timeError + 0.1) < 1e-9)
        #expect(one.requests == 4 && one.expectedRequests == 4)
        // 1.25 to the power of 1.2835 is 1.33: up to 11.98 s.
        #expect(one.isTimeCovered)
        #expect(try !foreseen(expected: 1, bytes: 1, expectedSeconds: 9, seconds: 12.1).isTimeCovered)
        #expect(try foreseen(expected: 1, bytes: 1, expectedSeconds: 9, seconds: 11.9).isTimeCovered)
        #expect(throws: PeersError.self) {
            _ = try Foreseen(.many, "tree", "nothing", "", estimate: [:], report: [:])
        }
    }

    @Test("is told by the median of its rounds, and summed up over all of them")
    func table() throws {
        let all = try [9.0, 10, 14].map {
            try foreseen(expected: 1_000, bytes: 1_000, expectedSeconds: $0, seconds: 10)
        }
        let text = ForesightTable(all).markdown
        #expect(text.contains("| 100 Mbit/s | a tree of sources | a tree | nothing |"), "\(text)")
        #expect(text.split(separator: "\n").filter { $0.hasPrefix("| 100") }.count == 1)
        #expect(text.contains("| 10.0 | 10.0 | 0 % | 4 |"), "\(text)")
        #expect(text.contains("3 transfers: bytes within 0.5 % in 3, at worst 0.00 % off;"), "\(text)")
        #expect(text.contains("time 17 % off on average, and in 2 within"), "\(text)")
    }
}
