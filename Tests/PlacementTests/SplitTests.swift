import Model
import Placement
import Testing

@Suite("Work that is split at the data")
struct SplitTests {
    @Test("is worth the time until its end, the first part's included")
    func valueOfTime() throws {
        let decision = try Books.decide(
            """
            sites:
              a: {offers: {m: {price_per_hour: 1}}}
              b: {offers: {m: {price_per_hour: 1, speed: 10}}}
            links: [{from: a, to: b, bandwidth: 1Gbit/s, price_per_gb: 0.01}]
            datasets: {d: {size: 10TB, at: a}}
            workloads: {w: {reads: [d], runtime: 100h, hour_value: 5, split: {share: 0.5, keeps: 0.01}}}
            """)
        // 10 TB at 0.01, 22.2222 h at 1 and at 5; split, 50 + 0.2222 + 5 h at 5 besides 55 + 1.
        #expect(decision.placements[0].way == "read remotely")
        #expect(decision.total.money.cents == "233.33")
        #expect(decision.placements[0].whyNot.contains { $0.way == "split" && $0.money?.cents == "332.11" })
    }

    @Test("has the carbon of both parts")
    func carbon() throws {
        let decision = try Books.decide(
            """
            carbon_price: 1000
            sites:
              a: {offers: {m: {price_per_hour: 1, power_kw: 10}}, carbon: 500}
              b: {offers: {m: {price_per_hour: 1}}}
            links: [{from: a, to: b, bandwidth: 100Mbit/s, price_per_gb: 0.01}]
            datasets: {d: {size: 10TB, at: a}}
            workloads: {w: {reads: [d], runtime: 100h, sites: "site = b", split: {share: 0.5, keeps: 0.001}}}
            """)
        // 50 h of 10 kW at 500 g are 250 kg: 250 besides 100 and 0.10.
        #expect(decision.placements[0].way == "stage and keep" && decision.total.money.cents == "200.00")
        #expect(decision.placements[0].whyNot.contains { $0.way == "split" && $0.money?.cents == "350.10" })
    }

    @Test("takes the dearer offer for its first part where only that is in time")
    func firstOffer() throws {
        let decision = try Books.decide(
            """
            sites:
              a: {offers: {slow: {price_per_hour: 1}, fast: {price_per_hour: 30, speed: 10}}}
              b: {offers: {m: {price_per_hour: 1, speed: 10}}}
            links: [{from: a, to: b, bandwidth: 1Gbit/s, price_per_gb: 0.05}]
            datasets: {d: {size: 30TB, at: a}}
            workloads:
              w: {reads: [d], runtime: 100h, deadline: 20h, sites: "site = b", split: {share: 0.5, keeps: 0.01}}
            """)
        // 5 h at 30, 300 GB at 0.05, 5 h at 1; 2,400 s between.
        #expect(decision.placements[0].way == "split" && decision.total.money.cents == "170.00")
        #expect(abs(decision.placements[0].ends - (10 * 3600 + 2400)) < 1)
    }

    @Test("keeps a deadline as surely as both parts do")
    func doubt() throws {
        let decision = try Books.decide(
            """
            sites:
              a: {offers: {m: {price_per_hour: 1}}}
              b: {offers: {m: {price_per_hour: 1, speed: 10}}}
              c: {offers: {m: {price_per_hour: 90, speed: 10}}}
            links:
              - {from: a, to: b, bandwidth: 1Gbit/s, price_per_gb: 0.05}
              - {from: a, to: c, bandwidth: 10Gbit/s, price_per_gb: 0.05}
            datasets: {d: {size: 30TB, at: a}}
            workloads:
              w: {reads: [d], runtime: 100h, variation: 0.2, deadline: 58h, confidence: 0.9, split: {share: 0.5, keeps: 0.01}}
            """)
        // The first part alone takes 50 x (1 + 0.2 x 1.2816) = 62.8 h in nine of ten cases.
        #expect(decision.placements[0].site == "c" && decision.placements[0].way != "split")
    }
}
