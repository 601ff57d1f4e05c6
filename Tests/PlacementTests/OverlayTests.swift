import Placement
import Testing

@Suite("Ways by relays")
struct OverlayTests {
    /// Four regions of the public grid of Skyplane (64 connections, sent, January 2022): azure:canadacentral,
    /// azure:westus2, azure:japaneast, gcp:asia-northeast1; prices rounded to cents as its planner does.
    ///
    /// The answers are
    /// those of an independent solver for its own integer programme.
    private func request(_ throughput: Double) -> OverlayPlan.Request {
        let none = [0.0, 0, 0, 0]
        var grid = [none, none, none, none]
        var prices = grid
        for (from, to, rate, price) in [
            (0, 1, 27.8123, 0.02), (0, 2, 14.8844, 0.05), (0, 3, 6.6253, 0.09), (1, 3, 13.2901, 0.09),
            (2, 3, 15.8529, 0.12),
        ] { (grid[from][to], prices[from][to]) = (rate, price) }
        let azure = OverlayPlan.Region(out: 16, into: 16)
        return .init(
            regions: [azure, azure, azure, .init(out: 7, into: 16)], grid: grid, prices: prices, throughput: throughput,
            gigabytes: 100,
            machineHour: 0.54, machinesMax: 1)
    }

    @Test("are left alone where the direct way is fast enough")
    func direct() throws {
        let plan = try #require(OverlayPlan(request(6.6)))
        #expect(abs(plan.cost - 9.0364) < 9.0364e-3)
        #expect(abs(plan.egress - 9.0) < 1e-6)
        #expect(abs(plan.machineCost - 0.0364) < 1e-4)
        #expect(plan.machines == [1, 0, 0, 1])
    }

    @Test("carry what the direct way cannot, as cheaply as Skyplane's programme finds")
    func relayed() throws {
        let plan = try #require(OverlayPlan(request(10)))
        #expect(abs(plan.cost - 10.3819) < 10.3819e-3)
        #expect(abs(plan.flows[0] - 3.271) < 0.002)
        #expect(abs(plan.flows[1] - 6.729) < 0.002)
        #expect(plan.machines == [1, 1, 0, 1])
    }

    @Test("cannot carry more than the ends' connections let through")
    func tooMuch() { #expect(OverlayPlan(request(20)) == nil) }
}
