internal import Model
internal import Workers

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Shows how far a run has come while it runs, from a thread of its own.
///
/// The thread waits on a pipe, so that it ends at once when the run does. A run shorter than one period shows nothing.
final class ProgressRenderer: Sendable {
    private let progress: Progress
    private let verb: String
    private let style: ProgressStyle
    private let running = Monitor<Running?>(nil)

    private struct Running {
        let thread: pthread_t
        let pipe: [Int32]
    }

    /// A renderer of `progress`, which belongs to `verb`.
    init(_ progress: Progress, verb: String, style: ProgressStyle) {
        self.progress = progress
        self.verb = verb
        self.style = style
    }

    /// Begins to show it; where no thread can be had, nothing is shown and the run goes on.
    func start() {
        guard style != .none else { return }
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let argument = Unmanaged.passRetained(Job(renderer: self, wake: ends[0])).toOpaque()
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { argument in
                // Retained by start() for this thread alone.
                guard let argument else { return nil }
                let job = Unmanaged<Job>.fromOpaque(argument).takeRetainedValue()
                job.renderer.run(until: job.wake)
                return nil
            }, argument)
        guard status == 0 else {
            Unmanaged<Job>.fromOpaque(argument).release()
            for end in ends { close(end) }
            return
        }
        running.change { $0 = Running(thread: thread, pipe: ends) }
    }

    /// Ends the showing; returns when standard error is free again.
    func finish() {
        guard
            let running = running.change({ state in
                defer { state = nil }
                return state
            })
        else { return }
        close(running.pipe[1])
        pthread_join(running.thread, nil)
        close(running.pipe[0])
    }

    private final class Job: Sendable {
        let renderer: ProgressRenderer
        let wake: Int32
        init(renderer: ProgressRenderer, wake: Int32) {
            self.renderer = renderer
            self.wake = wake
        }
    }

    private func run(until wake: Int32) {
        let start = Self.now()
        var meter = ProgressMeter()
        meter.observe(progress.snapshot(), at: start)
        var waiting = pollfd(fd: wake, events: Int16(POLLIN), revents: 0)
        var next = start + style.period
        var shown = false
        while true {
            // The meter looks once a second at least, however seldom it is shown.
            let pause = min(1, max(0, next - Self.now()))
            let count = poll(&waiting, 1, Int32((pause * 1000).rounded(.up)))
            if count > 0 { break }
            let (time, snapshot) = (Self.now(), progress.snapshot())
            meter.observe(snapshot, at: time)
            guard time >= next else { continue }
            next += style.period
            show(ProgressLine(verb: verb, snapshot: snapshot, meter: meter, seconds: time - start))
            shown = true
        }
        end(meter, shown, Self.now() - start)
    }

    private func show(_ line: ProgressLine) {
        switch style {
        case .bar: Diagnostics.write("\r\u{1b}[2K" + line.bar(width: Self.columns))
        case .plain: Diagnostics.write("perigee: " + line.plain + "\n")
        case .json: Diagnostics.write(line.event("progress"))
        case .none: break
        }
    }

    private func end(_ meter: ProgressMeter, _ shown: Bool, _ seconds: Double) {
        switch style {
        case .bar: if shown { Diagnostics.write("\r\u{1b}[2K") }
        case .json:
            let line = ProgressLine(verb: verb, snapshot: progress.snapshot(), meter: meter, seconds: seconds)
            Diagnostics.write(line.event("end"))
        case .plain, .none: break
        }
    }

    private static var columns: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
