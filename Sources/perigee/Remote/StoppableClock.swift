internal import Storage
internal import Workers

/// The machine's clock, whose sleeps end early when the user asks to stop.
struct StoppableClock: StoreClock {
    private let stop: StopFlag
    private let clock = SystemStoreClock()

    /// A clock that heeds `stop`.
    init(_ stop: StopFlag) { self.stop = stop }

    /// The time.
    func now() -> Duration { clock.now() }

    /// Sleeps, and looks at the flag ten times a second.
    func sleep(_ duration: Duration) {
        let end = clock.now() + duration
        while !stop.isRaised, clock.now() < end { clock.sleep(min(.milliseconds(100), end - clock.now())) }
    }
}
