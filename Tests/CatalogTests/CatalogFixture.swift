import Catalog
import Foundation
import Model
import Scheduling

/// A catalog in a folder of its own, gone with the test.
final class CatalogFixture {
    let folder: URL
    var path: String { folder.appendingPathComponent("catalog.sqlite").path }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("perigee-catalog-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func open() throws -> Catalog { try Catalog.open(path) }

    static let start = Instant(1_790_000_000)
    static let job = JobSpecification(.replicate, dataset: "d", site: "lab", from: "desk")

    /// A scheduler with a schedule that is run by hand.
    static func scheduler(_ names: String...) throws -> Scheduler {
        var scheduler = Scheduler()
        let rules = try SchedulerRules(schedules: names.map { ScheduleSpecification(name: $0) })
        _ = scheduler.use(rules, at: start)
        return scheduler
    }

    /// Writes `count` runs of `schedule` that have ended, a second apart.
    static func fill(_ catalog: Catalog, _ schedule: String, _ count: Int, from first: Int64 = 0) throws {
        var scheduler = try Self.scheduler(schedule)
        for index in 0..<Int64(count) {
            let now = start + (first + index)
            var change = CatalogChange(at: now)
            change.jobs = [schedule: job]
            var effects = scheduler.handle(.runNow(schedule: schedule), at: now)
            let id = RunID(schedule: schedule, due: now)
            effects += scheduler.handle(.finished(id, attempt: 1, .succeeded), at: now)
            change.scheduler = scheduler.state
            for case .ended(let record) in effects { change.ended.append(record) }
            try catalog.commit(change)
        }
    }
}
