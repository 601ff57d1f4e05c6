import Catalog
import Configurations
import Foundation
import Logging
import Model
import Scheduling
import Service
import Synchronization
import Testing
import Workers

/// Work that takes as long as a test wants it to.
final class SimulatedWork: Workshop {
    private struct State {
        var orders: [WorkOrder] = []
        var limits: [String: Double?] = [:]
        var isHeld = false
        var released: Set<RunID> = []
    }

    private let state = Monitor(State())
    private let outcome: @Sendable (WorkOrder) -> WorkResult

    init(_ outcome: @escaping @Sendable (WorkOrder) -> WorkResult = { _ in WorkResult(.done) }) {
        self.outcome = outcome
    }

    /// The attempts that were begun, in their order.
    var orders: [WorkOrder] { state.read { $0.orders } }
    /// How fast the runs of each schedule may be.
    var limits: [String: Double?] { state.read { $0.limits } }

    /// Lets no work end before it is released.
    func hold() { state.change { $0.isHeld = true } }
    /// Lets work end.
    func release(_ id: RunID) { state.change { _ = $0.released.insert(id) } }

    func perform(
        _ order: WorkOrder, stop: StopRequest, onProgress: @Sendable (RunProgress) -> Void,
        onLine: @Sendable (String) -> Void
    ) -> WorkResult {
        state.change { $0.orders.append(order) }
        for _ in 0..<6000 {
            if stop.isMade { return WorkResult(.stopped) }
            let goes = state.wait(for: .milliseconds(10)) { state in
                !state.isHeld || state.released.contains(order.id) ? true : nil
            }
            if goes == true { return outcome(order) }
        }
        return WorkResult(.failed(canRetry: false), message: "the test has forgotten it")
    }

    func limit(_ order: WorkOrder, to bytesPerSecond: Double?) {
        state.change { $0.limits[order.id.schedule] = .some(bytesPerSecond) }
    }

    func forget(_ order: WorkOrder) {}
}

/// A daemon in this process, by a clock that tests set.
final class SimulatedDaemon {
    let fixture: URL
    let work: SimulatedWork
    private let clock: ClockBox
    private let text: String
    private let price: SimulatedPrice
    private(set) var service: Service
    private var stop = StopFlag()
    private var thread: Companion?

    private final class ClockBox: Sendable {
        let now: Mutex<Timestamp>
        init(_ now: Timestamp) { self.now = Mutex(now) }
    }

    /// What a job costs.
    typealias SimulatedPrice = @Sendable (PerigeeConfiguration, JobSpecification, _ from: String?) -> WorkPrice

    init(
        _ text: String, at start: String, _ work: SimulatedWork = SimulatedWork(),
        price: @escaping SimulatedPrice = { _, _, _ in .unknown(because: "nobody says it") }
    ) throws {
        fixture = FileManager.default.temporaryDirectory.appendingPathComponent("perigee-service-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: fixture, withIntermediateDirectories: true)
        self.text = text
        self.work = work
        self.price = price
        clock = ClockBox(try #require(Timestamp(rfc3339: start)))
        service = try Self.make(fixture, text, clock, work, price)
        try begin()
    }

    deinit {
        end()
        try? FileManager.default.removeItem(at: fixture)
    }

    private static func make(
        _ folder: URL, _ text: String, _ clock: ClockBox, _ work: SimulatedWork,
        _ price: @escaping SimulatedPrice
    ) throws -> Service {
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return try Service(
            ServiceSetup(
                catalog: try Catalog.open(folder.appendingPathComponent("catalog.sqlite").path),
                load: { try ServiceSettingsTests.read(text) }, configuration: "p.yaml", here: "desk",
                clock: ServiceClock { clock.now.withLock { $0 } }, workshop: work,
                notices: NoticeDesk(log: log) { "secret of \($0)" }, system: SystemNotifier(socket: nil), log: log,
                version: "test", state: folder.path, price: price))
    }

    private func begin() throws {
        stop = StopFlag()
        let (service, stop) = (service, stop)
        thread = Companion {
            do { try service.run(until: stop) } catch { Issue.record(error) }
        }
        try wait("it works") { $0.state.isReady }
    }

    /// Ends the daemon, as SIGTERM does.
    func end() {
        stop.raise()
        thread?.join()
        thread = nil
    }

    /// Starts another one on what this one remembers.
    func restart() throws {
        end()
        service.catalog.close()
        service = try Self.make(fixture, text, clock, work, price)
        try begin()
    }

    /// Sets the clock, and waits until the daemon has seen it.
    func set(_ instant: String) throws {
        let now = try #require(Timestamp(rfc3339: instant))
        clock.now.withLock { $0 = now }
        // What is asked for is done after all that the time has brought.
        try service.perform(.reload, by: "test")
    }

    /// Waits until `condition` holds.
    func wait(_ what: String, until condition: (Service) throws -> Bool) throws {
        for _ in 0..<3000 {
            if try condition(service) { return }
            usleep(10_000)
        }
        try #require(Bool(false), "waited in vain until \(what)")
    }

    /// Waits until no run works.
    func settle() throws { try wait("no run works") { $0.state.runs.allSatisfy { $0.state == .waiting } } }

    /// All runs, oldest first, as `schedule@due state`.
    func runs() throws -> [String] {
        try service.catalog.runs(RunQuery(limit: 1000)).rows.reversed().map { "\($0.id) \($0.state.rawValue)" }
    }
}
