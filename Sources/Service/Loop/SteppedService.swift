package import Model
package import Scheduling

/// The loop of the daemon, turned by somebody else: for time that is simulated, so that a year passes in seconds.
///
/// It decides, writes and shows as ``Service/run(until:hangups:)`` does, by the same code and into the same catalog. But
/// nobody sleeps, and attempts have no threads: whoever turns the loop is told of them, and tells it how they ended.
package struct SteppedService: Sendable {
    private let service: Service
    private var loop: ServiceLoop

    /// A daemon that goes on from what its catalog holds; `work` is told of each attempt that begins, with what asks it to stop.
    package init(
        _ service: Service, work: @escaping @Sendable (WorkOrder, StopRequest) -> Void
    ) throws(PerigeeError) {
        self.service = service
        loop = try ServiceLoop(service)
        loop.launch = { worker in
            work(worker.order, worker.stop)
            return nil
        }
        service.sweep(loop)
        try loop.begin()
    }

    /// When a turn would change something, unless clocks are set or attempts end before.
    package var wake: Instant { loop.scheduler.wake }

    /// Tells it how an attempt has ended that began at `began`.
    package func tell(_ order: WorkOrder, began: Instant, _ result: WorkResult) {
        let seconds = Double(max(0, service.setup.clock.instant - began))
        service.tell(.ended(AttemptEnd(order: order, began: began, seconds: seconds, result: result)))
    }

    /// One turn, at the time that the clock says.
    package mutating func turn() { loop.turn(service.take(for: .zero)) }

    /// What is done once a day.
    package mutating func keepUp() { loop.keepUp() }
}
