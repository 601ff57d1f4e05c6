public import Model
public import Wire
public import Workers

/// Has one site send a tree to another, or take one from it, by way of a connection to the first.
public struct RemoteSend: Sendable {
    private let connection: Connection
    private let direction: SendJob.Direction

    /// Asks the site at the other end of `connection`.
    public init(_ connection: Connection, _ direction: SendJob.Direction = .sending) {
        (self.connection, self.direction) = (connection, direction)
    }

    /// Has `job` done, shows how far it has come, and returns the report of the site that did it.
    ///
    /// Returns when it is done; a caller that ends before ends the work, and so does one whose `stop` is raised.
    public func run(_ job: SendJob, _ progress: Progress, until stop: StopFlag) throws -> RunReport {
        let channel = try connection.open(SendJob.service(direction), Document.encode(job))
        let isOver = Monitor(false)
        let watch = Companion {
            repeat {
                do { try stop.check() } catch { return channel.reset(error) }
            } while isOver.wait(for: Self.interval, until: { $0 ? true : nil }) == nil
        }
        defer {
            isOver.change { $0 = true }
            watch.join()
        }
        let report = try EventReader(channel, progress).report()
        channel.finish()
        return report
    }

    /// How often it is looked whether the work is still wanted.
    private static let interval = Duration.milliseconds(100)
}
