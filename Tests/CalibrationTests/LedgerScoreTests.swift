import Calibration
import Foundation
import Model
import TestSupport
import Testing

@Suite("The score of a ledger")
struct LedgerScoreTests {
    private func record(
        bytes: UInt64, seconds: Double, expected: TransferRecord.Expected?, money: Money? = nil, link: String? = nil,
        isAsked: Bool = false
    ) -> TransferRecord {
        var out = TransferRecord(
            at: Timestamp(seconds: 1), verb: "sync", source: "a", destination: "b", bytes: bytes, missing: bytes,
            seconds: seconds, requests: 3)
        (out.expected, out.money, out.link, out.isAsked) = (expected, money, link, isAsked)
        return out
    }

    @Test("says nothing of nothing")
    func nothing() throws {
        let none = LedgerScore([record(bytes: 5, seconds: 1, expected: nil)])
        #expect(none.transfers == 1 && none.expected == 0 && none.asked == 0)
        #expect(none.bytes.count == 0 && none.bytes.coverage == nil && none.seconds.error == nil)
        let text = String(decoding: try JSONEncoder().encode(none.bytes), as: UTF8.self)
        #expect(text.contains("\"coverage\":null"))
    }

    @Test("counts what lies in intervals and how far the middle was off, as worked out by hand")
    func byHand() {
        let expected = TransferRecord.Expected(
            bytes: Spread(exactly: 1000), seconds: Spread(p10: 8, p50: 10, p90: 12.5), requests: Spread(exactly: 3),
            money: Spread(exactly: Money(micros: 200)))
        // The interval of 8, 10, 12.5 is 10 x 1.25^(+-1.2835): 7.51 to 13.32.
        let records = [
            record(bytes: 1000, seconds: 10, expected: expected, money: Money(micros: 200), isAsked: true),
            record(bytes: 1004, seconds: 13, expected: expected, money: nil, isAsked: true),
            record(bytes: 1100, seconds: 14, expected: expected, money: Money(micros: 400), isAsked: true),
            record(bytes: 500, seconds: 7.4, expected: expected, money: Money(micros: 100), isAsked: true),
        ]
        // What was expected by earlier runs alone is no estimate, however far off.
        let usual = record(bytes: 1, seconds: 10, expected: expected, money: Money(micros: 100))
        let score = LedgerScore(records + [usual])
        #expect(score.expected == 5 && score.asked == 4 && score.usual.bytes.count == 1)
        #expect(score.usual.bytes.coverage == 0 && score.usual.seconds.coverage == 1)
        // Half a percent more than was said to be exact is as good as exact; ten percent is not.
        #expect(score.bytes.coverage == 0.5 && score.seconds.coverage == 0.5)
        #expect(score.requests.coverage == 1 && score.requests.error == 0)
        // What has no price is no amount, and in no average.
        #expect(score.money.count == 3 && score.money.coverage == 1.0 / 3)
        let errors: [Double] = [0, 4.0 / 1004, 100.0 / 1100, 1]
        #expect(abs((score.bytes.error ?? 0) - errors.reduce(0, +) / 4) < 1e-12)
        #expect(abs((score.bytes.bias ?? 0) - 0.002) < 1e-12)
    }

    @Test("is told for each link by itself, too")
    func links() {
        let records = [
            record(bytes: 1, seconds: 1, expected: nil, link: "b -> c"),
            record(bytes: 1, seconds: 1, expected: nil), record(bytes: 1, seconds: 1, expected: nil, link: "a -> b"),
            record(bytes: 1, seconds: 1, expected: nil, link: "b -> c"),
        ]
        let links = LedgerScore.byLink(records)
        #expect(links.map(\.link) == [nil, "a -> b", "b -> c"])
        #expect(links.map(\.score.transfers) == [1, 1, 2])
    }

    @Test("holds intervals of nothing, and of percentiles that are nothing")
    func degenerate() {
        #expect(LogNormal.interval(Spread(exactly: 0)) == 0...0)
        let half = LogNormal.interval(Spread(p10: 0, p50: 10, p90: 20))
        #expect(half.lowerBound == 0 && half.upperBound > 20)
        let zero = TransferRecord.Expected(bytes: Spread(exactly: 0), seconds: Spread(exactly: 0))
        #expect(LedgerScore([record(bytes: 0, seconds: 0, expected: zero, isAsked: true)]).bytes.coverage == 1)
        #expect(LedgerScore([record(bytes: 9, seconds: 0, expected: zero, isAsked: true)]).bytes.coverage == 0)
    }

    @Test("comes of memory in the order in which it was kept")
    func memory() {
        let ledger = MemoryLedger()
        for index in 0..<5 { ledger.record(record(bytes: UInt64(index), seconds: 1, expected: nil)) }
        #expect(ledger.last(3).map(\.bytes) == [2, 3, 4])
        #expect(ledger.last(99).count == 5 && ledger.last(-1).isEmpty)
    }
}
