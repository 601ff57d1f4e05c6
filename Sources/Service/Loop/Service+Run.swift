internal import Catalog
internal import Foundation
internal import Logging
internal import Model
internal import Scheduling
internal import Synchronization
public import Workers

// The thread that decides.
extension Service {
    /// Works until `stop` is raised: then what works is stopped where it can be gone on with, and this returns.
    ///
    /// - Parameter hangups: how often the process was asked to read its configuration again.
    /// - Throws: where the catalog cannot be read or written as it begins.
    public func run(until stop: StopFlag, hangups: @Sendable () -> Int = { 0 }) throws {
        setup.notices.start()
        defer { setup.notices.stop() }
        var loop = try ServiceLoop(self)
        sweep(loop)
        try loop.begin()
        inbox.change { $0.isOpen = true }
        current.withLock { $0.isReady = true }
        let schedules = loop.settings.schedules.count.counted("schedule")
        setup.system.ready(schedules)
        setup.log.info("the daemon works: \(schedules) by \(setup.configuration)")
        var seen = hangups()
        var lastSign = ContinuousClock.now
        while !stop.isRaised {
            var messages = take(for: ServiceLoop.sleepMax)
            let asked = hangups()
            if asked != seen {
                seen = asked
                setup.system.reloading()
                messages.append(.command(.reload, actor: "signal", ServiceReply()))
            }
            loop.turn(messages)
            loop.keepUp()
            if asked == seen, !messages.isEmpty { setup.system.ready("\(loop.attempts.count.counted("run")) at work") }
            if let watchdog = setup.system.watchdog, lastSign.duration(to: .now) >= .microseconds(watchdog / 3) {
                lastSign = .now
                setup.system.alive()
            }
        }
        finish(&loop)
    }

    /// What has come, or nothing after `limit`.
    func take(for limit: Duration) -> [ServiceMessage] {
        inbox.wait(for: limit) { inbox in
            if inbox.messages.isEmpty { return nil }
            defer { inbox.messages = [] }
            return inbox.messages
        } ?? []
    }

    /// Stops what works, and waits for it as long as the configuration says.
    private func finish(_ loop: inout ServiceLoop) {
        setup.log.info("the daemon stops: \(loop.attempts.count.counted("run")) at work")
        setup.system.stopping()
        current.withLock { $0.isStopping = true }
        events.publish(.stopping, "daemon", "{}", at: setup.clock.now())
        loop.isStopping = true
        for attempt in loop.attempts.values { attempt.stop.make() }
        let start = ContinuousClock.now
        // Work that does not stop by itself is ended by whoever does it; hooks have their own time.
        let limit = Duration.seconds(loop.settings.own.stopWithin + 30)
        while !loop.attempts.isEmpty, start.duration(to: .now) < limit {
            loop.turn(take(for: .milliseconds(50)))
            setup.system.alive()
        }
        inbox.change { $0.isOpen = false }
        loop.note(AuditDraft(actor: "daemon", action: "daemon.stop", subject: setup.version))
        loop.turn(take(for: .zero))
        for attempt in loop.attempts.values { attempt.thread?.leave() }
        setup.log.info("the daemon has stopped")
    }

    /// Removes what was kept of runs that have ended, which a kill left behind.
    func sweep(_ loop: ServiceLoop) {
        let folder = "\(setup.state)/attempts"
        let open = Set(loop.scheduler.state.runs.map { "\($0.id.schedule)@\($0.id.due.seconds)" })
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            guard let dot = name.lastIndex(of: "."),
                [".result", ".limit", ".hooks", AttemptFiles.part].contains(String(name[dot...]))
            else {
                continue
            }
            let stem = name[..<dot]
            let whole = [".result", ".limit"].first { stem.hasSuffix($0) }
            let run = stem.dropLast(whole?.count ?? 0)
            guard !open.contains(String(run)) else { continue }
            try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
        }
    }
}

extension ServiceLoop {
    /// Copies the catalog, and forgets what is older than the configuration wants, once a day.
    mutating func keepUp() {
        let now = setup.clock.instant
        guard now >= nextUpkeep else { return }
        let target = setup.catalog.path + ".backup"
        if nextUpkeep == .distantPast, let last = Self.written(target), (0..<Self.upkeepInterval).contains(now - last) {
            // A daemon that is started often copies no more often for that.
            nextUpkeep = last + Self.upkeepInterval
            return
        }
        nextUpkeep = now + Self.upkeepInterval
        do {
            let aside = target + ".new"
            try? FileManager.default.removeItem(atPath: aside)
            try setup.catalog.backup(to: aside)
            guard rename(aside, target) == 0 else {
                throw PerigeeError(.io, "the copy of the catalog cannot be put in its place", at: target)
            }
            try setup.catalog.forgetRuns(endedBefore: now - settings.own.history)
        } catch {
            setup.log.error("the catalog cannot be copied: \(error)")
        }
    }

    /// When a file was last written; nil where there is none.
    private static func written(_ path: String) -> Instant? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.modificationDate] as? Date).map { Instant(Int64($0.timeIntervalSince1970)) }
    }
}
