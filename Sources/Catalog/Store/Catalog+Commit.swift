internal import Foundation
internal import GRDB
public import Model
public import Scheduling
internal import Synchronization

// What the daemon's loop writes.
extension Catalog {
    /// The state of the schedules as it was last written; an empty one where none was.
    public func schedulerState() throws(PerigeeError) -> SchedulerState {
        let state: SchedulerState? = try read { database in
            let rest = try Row.fetchAll(database, sql: "SELECT name, document FROM scheduler ORDER BY name")
            guard !rest.isEmpty else { return nil }
            let schedules = try String.fetchAll(database, sql: "SELECT document FROM schedules ORDER BY name")
            let members = rest.map { "\"\($0[0] as String)\":\($0[1] as String)" }
            let text = "{\(members.joined(separator: ",")),\"schedules\":[\(schedules.joined(separator: ","))]}"
            return try JSONDecoder().decode(SchedulerState.self, from: Data(text.utf8))
        }
        known.withLock { $0.scheduler = state }
        return state ?? SchedulerState()
    }

    /// Writes `change` in one transaction.
    ///
    /// - Returns: the numbers of runs that the change speaks of, as far as they have rows.
    /// - Throws: `conflict` where a run ends that has ended already, or was never issued: nothing is written then.
    @discardableResult
    public func commit(_ change: CatalogChange) throws(PerigeeError) -> [RunID: Int64] {
        let (numbers, places) = try written(change)
        guard let state = change.scheduler else { return numbers }
        known.withLock { known in
            if known.scheduler == nil { known.scheduler = state } else { known.scheduler?.follow(state, at: places) }
        }
        return numbers
    }

    /// Writes `change`; says where the state of schedules is otherwise than it was.
    private func written(_ change: CatalogChange) throws(PerigeeError) -> ([RunID: Int64], places: [Int]?) {
        let before = known.withLock { $0.scheduler }
        let places = change.scheduler.flatMap { state in before.flatMap { change.places ?? state.changes(since: $0) } }
        let numbers = try write { database in
            var writer = ChangeWriter(database, change, texts)
            if let state = change.scheduler { try writer.write(state, after: before, at: places) }
            for record in change.ended { try writer.end(record) }
            for missed in change.missed { try writer.note(missed) }
            for findings in change.findings { try writer.write(findings) }
            for line in change.lines { try writer.write(line) }
            for draft in change.audit { _ = try AuditTable.append(draft, at: change.now.timestamp, database) }
            return writer.numbers
        }
        return (numbers, places)
    }
}
