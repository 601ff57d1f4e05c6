internal import Synchronization
internal import Workers

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// What the process does about signals.
enum Signals {
    /// Raised by the first SIGINT, SIGTERM or SIGHUP.
    static let stop = StopFlag()

    private static let hangupCount = Atomic(0)

    /// How often SIGHUP came since ``keepHangups()``.
    static var hangups: Int { hangupCount.load(ordering: .relaxed) }

    /// Has SIGHUP counted from now on, instead of ending the work.
    static func keepHangups() {
        _ = hangups
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in Signals.hangupCount.add(1, ordering: .relaxed) }
        sigaction(SIGHUP, &action, nil)
    }

    /// Has the first signal ask the work to stop and the second end the process at once, which loses nothing either.
    ///
    /// Writing where nobody reads becomes an error like others. What the parent had ignored, as `nohup` does, stays so.
    static func install() {
        // Made now, since a handler must not be the first to touch it.
        _ = stop.isRaised
        signal(SIGPIPE, SIG_IGN)
        var handled = sigset_t()
        sigemptyset(&handled)
        for number in [SIGINT, SIGTERM, SIGHUP] where !isIgnored(number) {
            sigaddset(&handled, number)
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { _ in
                if Signals.stop.isRaised { Signals.endAtOnce() }
                Signals.stop.raise()
            }
            // Without SA_RESTART: who waits at a pipe or terminal learns of it.
            sigaction(number, &action, nil)
        }
        // A parent that starts programs from a thread which takes no signals hands that on.
        sigprocmask(SIG_UNBLOCK, &handled, nil)
    }

    /// Ends the process with no more than a word; safe in a signal handler.
    private static func endAtOnce() -> Never {
        let text: StaticString = """
            \nperigee: interrupted twice, and ended at once
              run the same command again: it goes on where it stopped\n
            """
        _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
        _exit(ExitStatus.interrupted.rawValue)
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        // Handlers are compared as addresses, which Swift does not do for functions.
        let handler = unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
        return handler == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
