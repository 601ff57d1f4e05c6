import Catalog
import Logging
import Model
import Scheduling
import Service
import Synchronization
import TestSupport

/// A daemon whose time is simulated: its own loop and its own catalog, in files; only attempts are made up.
///
/// Real time passes from one happening to the next. The clock on the wall may be put back and forth, the machine may be
/// suspended or lose its power, and the daemon may be killed before or after it has carried out what it has written.
final class SimulatedYear {
    /// What the daemon and whoever turns it share.
    private final class Desk: Workshop {
        /// What the clock on the wall says.
        let wall: Mutex<Int64>
        /// Attempts that the daemon has begun, and nobody has taken up yet.
        let begun = Mutex<[(order: WorkOrder, stop: StopRequest)]>([])
        /// What runs have left that ended, until the daemon forgets them.
        let left: Mutex<[RunID: WorkResult]>
        /// Whether it was killed, so that nothing that it begins is begun.
        let isDead = Mutex(false)

        init(_ wall: Int64, left: [RunID: WorkResult] = [:]) {
            self.wall = Mutex(wall)
            self.left = Mutex(left)
        }

        func perform(
            _ order: WorkOrder, stop: StopRequest, onProgress: @Sendable (RunProgress) -> Void,
            onLine: @Sendable (String) -> Void
        ) -> WorkResult { WorkResult(.failed(canRetry: false), message: "nobody works here") }

        func limit(_ order: WorkOrder, to bytesPerSecond: Double?) {}

        func forget(_ order: WorkOrder) {
            if !isDead.withLock({ $0 }) { left.withLock { $0[order.id] = nil } }
        }
    }

    /// An attempt that is under way.
    private struct Work {
        let order: WorkOrder
        let stop: StopRequest
        let began: Instant
        /// When it ends, by a clock that never jumps.
        var ends: Int64
        /// How it ends.
        let result: WorkResult
        /// Whether that was left by an attempt before.
        let isKept: Bool
    }

    /// The most runs that work at once.
    let workMax: Int
    private let folder: TemporaryFolder
    private let settings: ServiceSettings
    private var desk: Desk
    private(set) var catalog: Catalog
    private var daemon: SteppedService
    private var seed: Seed
    /// The time, by a clock that never jumps.
    private(set) var real: Int64
    private var skew: Int64 = 0
    private var work: [RunID: Work] = [:]
    /// Runs whose work was done to its end.
    private(set) var done: Set<RunID> = []
    /// What went wrong.
    private(set) var failures: [String] = []
    /// The earliest and the latest that the daemon was told it is.
    private(set) var earliest: Int64
    private(set) var latest: Int64
    /// What the daemon was told, turn by turn.
    private(set) var turns: [Int64] = []
    /// How often it began anew.
    private(set) var restarts = 0

    /// A daemon with `plans` that begins at `start`.
    init(_ plans: [SimulatedPlan], workMax: Int, from start: Int64, _ seed: Seed) throws {
        self.workMax = workMax
        self.seed = seed
        folder = try TemporaryFolder(in: TemporaryFolder.inMemory)
        settings = try ServiceSettingsTests.read(
            "limits: { transfers: \(workMax) }\nschedules:\n" + plans.map(\.line).joined(separator: "\n") + "\n")
        real = start
        (earliest, latest) = (start, start)
        desk = Desk(start)
        catalog = try Catalog.open(folder.path("catalog.sqlite"))
        daemon = try Self.daemon(catalog, settings, folder.path, desk)
        takeUp()
    }

    private static func daemon(
        _ catalog: Catalog, _ settings: ServiceSettings, _ folder: String, _ desk: Desk
    ) throws -> SteppedService {
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let service = try Service(
            ServiceSetup(
                catalog: catalog, load: { settings }, configuration: "p.yaml", here: "desk",
                clock: ServiceClock { Timestamp(seconds: desk.wall.withLock { $0 }) }, workshop: desk,
                notices: NoticeDesk(log: log) { "secret of \($0)" }, system: SystemNotifier(socket: nil), log: log,
                version: "test", state: folder))
        return try SteppedService(service) { order, stop in
            if desk.isDead.withLock({ $0 }) { return }
            desk.begun.withLock { $0.append((order, stop)) }
        }
    }

    /// Goes on to the next thing that happens, by `limit` at the latest.
    func advance(until limit: Int64) {
        let wake = real + max(0, min(daemon.wake.seconds - (real + skew), 3600))
        let ends = work.values.lazy.map { [real] in $0.stop.isMade ? min($0.ends, real + 5) : $0.ends }.min() ?? limit
        real = max(real, min(limit, wake, ends))
        turn()
    }

    private func turn() {
        let now = real + skew
        desk.wall.withLock { $0 = now }
        (earliest, latest) = (min(earliest, now), max(latest, now))
        turns.append(now)
        for (id, one) in work where one.ends <= real || one.stop.isMade {
            work[id] = nil
            if one.ends <= real { leave(one) }
            daemon.tell(one.order, began: one.began, one.ends <= real ? one.result : WorkResult(.stopped))
        }
        daemon.turn()
        takeUp()
    }

    /// Work has come to its end, whether or not the daemon lives to see it.
    private func leave(_ one: Work) {
        guard one.result.kind == .done, !one.isKept else { return }
        if !done.insert(one.order.id).inserted { failures.append("\(one.order.id) is done twice") }
        desk.left.withLock { $0[one.order.id] = one.result }
    }

    /// Takes up what the daemon has begun.
    private func takeUp() {
        let begun = desk.begun.withLock { begun in
            defer { begun = [] }
            return begun
        }
        for (order, stop) in begun {
            if work[order.id] != nil { failures.append("\(order.id) is begun twice at once") }
            if work.keys.contains(where: { $0.schedule == order.id.schedule }) {
                failures.append("\(order.id) overlaps")
            }
            if work.count >= workMax { failures.append("more than \(workMax) runs work") }
            let kept = desk.left.withLock { $0[order.id] }
            let length = kept == nil ? 60 * Int64.random(in: 1...25, using: &seed) : 0
            work[order.id] = Work(
                order: order, stop: stop, began: Instant(real + skew), ends: real + length, result: kept ?? result(),
                isKept: kept != nil)
        }
    }

    private func result() -> WorkResult {
        switch Int.random(in: 0..<100, using: &seed) {
        case 0...2: WorkResult(.failed(canRetry: true), message: "it broke")
        case 3: WorkResult(.failed(canRetry: false), message: "it cannot be")
        case 4: WorkResult(.stopped)
        default: WorkResult(.done)
        }
    }

    // MARK: What happens to it

    /// The clock on the wall is put forward or back.
    func step(_ seconds: Int64) {
        skew += seconds
        turn()
    }

    /// Nothing works for so long, neither the daemon nor attempts.
    func suspend(_ seconds: Int64) {
        real += seconds
        for id in work.keys { work[id]?.ends += seconds }
        turn()
    }

    /// The daemon dies with all that works, and begins again after so long.
    ///
    /// - Parameters:
    ///   - hasWritten: Whether it had written, and carried out nothing of it, as it died.
    ///   - isReopened: Whether the catalog is opened anew, and checked, as by another process.
    func kill(for seconds: Int64, hasWritten: Bool, isReopened: Bool) throws {
        if hasWritten {
            desk.isDead.withLock { $0 = true }
            daemon.turn()
        }
        for one in work.values where one.ends <= real { leave(one) }
        work = [:]
        real += seconds
        restarts += 1
        desk = Desk(real + skew, left: desk.left.withLock { $0 })
        if isReopened {
            catalog.close()
            catalog = try Catalog.open(folder.path("catalog.sqlite"))
        }
        (earliest, latest) = (min(earliest, real + skew), max(latest, real + skew))
        turns.append(real + skew)
        daemon = try Self.daemon(catalog, settings, folder.path, desk)
        takeUp()
        // The copy of the catalog is of today, whatever the simulated day is; one in some kills is enough.
        if isReopened { daemon.keepUp() }
    }
}
