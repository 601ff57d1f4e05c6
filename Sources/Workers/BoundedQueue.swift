/// A queue between threads that holds at most so much: who puts into a full one waits, who takes from an empty one waits.
///
/// An element has a weight (one, unless said), so that a queue can be bounded by bytes.
public final class BoundedQueue<Element: Sendable>: Sendable {
    private struct State {
        // What was taken is nil at once, so that a queue that is never empty keeps nothing alive.
        var elements: [(element: Element, weight: Int)?] = []
        var head = 0
        var weight = 0
        var isClosed = false
        var failure: (any Error)?
    }

    /// So many places of taken elements are given back at once.
    private static var takenMax: Int { 1024 }

    private let monitor = Monitor(State())
    private let limit: Int

    /// A queue that holds elements of `limit` weight in all, or one element of any weight.
    public init(limit: Int) {
        precondition(limit > 0, "a queue holds something")
        self.limit = limit
    }

    /// Appends `element`, after waiting for room.
    ///
    /// - Throws: the error that the queue was failed with. An element put into a closed queue is dropped.
    public func put(_ element: Element, weight: Int = 1) throws {
        try monitor.wait { state -> Void? in
            if let failure = state.failure { throw failure }
            if state.isClosed { return () }
            guard state.weight == 0 || state.weight + weight <= limit else { return nil }
            state.elements.append((element, weight))
            state.weight += weight
            return ()
        }
    }

    /// Takes the oldest element, after waiting for one; nil once the queue is closed and empty.
    ///
    /// - Throws: the error that the queue was failed with, even if elements are left.
    public func take() throws -> Element? {
        try monitor.wait { state -> Element?? in
            if let failure = state.failure { throw failure }
            guard state.head < state.elements.count, let (element, weight) = state.elements[state.head] else {
                return state.isClosed ? .some(nil) : nil
            }
            state.elements[state.head] = nil
            state.head += 1
            state.weight -= weight
            if state.head == state.elements.count || state.head >= Self.takenMax {
                state.elements.removeFirst(state.head)
                state.head = 0
            }
            return .some(element)
        }
    }

    /// No more will be put; takers drain what is left.
    public func close() { monitor.change { $0.isClosed = true } }

    /// Ends both sides with `error`; the first error stays.
    public func fail(_ error: any Error) { monitor.change { if $0.failure == nil { $0.failure = error } } }
}
