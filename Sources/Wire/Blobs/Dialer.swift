internal import Model
internal import Workers

/// Connects to another site, and again when the connection was lost.
///
/// Any thread may ask; one at a time connects, and the others wait for it.
public final class Dialer: Sendable {
    private struct State {
        var connection: Connection?
        var isDialling = false
        var hasConnected = false
        var past = Traffic()

        /// Has no connection any more; that there was one which worked is remembered.
        mutating func drop() {
            past.add(connection?.traffic)
            hasConnected = hasConnected || connection?.isGreeted == true
            connection = nil
        }
    }

    private let dial: @Sendable () throws -> Connection
    private let state = Monitor(State())

    /// A dialer that connects by `dial`; nothing is done before somebody asks.
    public init(_ dial: @escaping @Sendable () throws -> Connection) { self.dial = dial }

    /// The connection, a new one where there is none or the last one failed.
    ///
    /// - Throws: what `dial` throws; only after a first success does it say that trying again can help.
    public func connection() throws -> Connection {
        let ready = state.wait { state -> Connection?? in
            if state.isDialling { return nil }
            if let connection = state.connection, connection.isUsable { return .some(connection) }
            state.drop()
            state.isDialling = true
            return .some(nil)
        }
        if let ready { return ready }
        do {
            let connection = try dial()
            // Only the first may be used before the other side has said hello: what fails later may be tried again.
            if state.read({ $0.hasConnected }) { _ = try connection.hello }
            state.change { ($0.connection, $0.isDialling) = (connection, false) }
            return connection
        } catch {
            let canRetry = state.change { state in
                state.isDialling = false
                return state.hasConnected
            }
            // What never worked is more likely to be a wrong name than a lost link, which waiting would mend.
            guard var fault = error as? PerigeeError, [.io, .damaged, .limit].contains(fault.code) else { throw error }
            fault.canRetry = canRetry
            throw fault
        }
    }

    /// What crossed, on all connections so far.
    public var traffic: Traffic {
        state.read { state in
            var sum = state.past
            sum.add(state.connection?.traffic)
            return sum
        }
    }

    /// What the other side says that it can do, if there is a connection, after waiting for that.
    public var features: WireFeatures { (try? state.read { $0.connection }?.hello.features) ?? [] }

    /// Closes the connection in order, if there is one.
    public func close() { taken()?.close() }

    /// Leaves the connection, if there is one: as ``Connection/leave()`` does.
    public func leave() { taken()?.leave() }

    /// Waits until the other side has said hello, if there is a connection, or has turned out not to.
    public func settle() { _ = try? state.read { $0.connection }?.hello }

    private func taken() -> Connection? {
        state.change { state in
            defer { state.drop() }
            return state.connection
        }
    }
}

extension Connection {
    /// Whether channels can be opened.
    var isUsable: Bool { engine.isUsable }

    /// Whether the other side has said hello.
    var isGreeted: Bool { engine.isGreeted }
}

extension Traffic {
    mutating func add(_ other: Traffic?) {
        sent += other?.sent ?? 0
        received += other?.received ?? 0
    }
}
