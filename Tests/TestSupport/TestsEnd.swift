internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// What is to be done when the process of the tests ends, for what nobody has let go of by then.
enum TestsEnd {
    /// One piece of such work.
    struct Ticket: Sendable { fileprivate let number: Int }

    private struct Agenda {
        var next = 0
        var work: [Int: @Sendable () -> Void] = [:]
    }

    private static let agenda: Mutex<Agenda> = {
        atexit { TestsEnd.come() }
        return Mutex(Agenda())
    }()

    /// Has `work` done then, before what was added earlier.
    static func add(_ work: @escaping @Sendable () -> Void) -> Ticket {
        agenda.withLock { agenda in
            agenda.next += 1
            agenda.work[agenda.next] = work
            return Ticket(number: agenda.next)
        }
    }

    /// It has been done already.
    static func drop(_ ticket: Ticket) { agenda.withLock { $0.work[ticket.number] = nil } }

    private static func come() {
        let work = agenda.withLock { agenda in
            defer { agenda.work = [:] }
            return agenda.work.sorted { $0.key > $1.key }
        }
        for (_, work) in work { work() }
    }
}
