internal import Dispatching
internal import Model
internal import Placement

/// Jobs for people.
enum JobText {
    /// A line for each job.
    static func list(_ jobs: [JobRecord], _ style: Style) -> String {
        if jobs.isEmpty { return "no jobs\n" }
        var table = Table(
            ("job", .left), ("workload", .left), ("site", .left), ("state", .left), ("took", .right),
            ("expected", .right), ("money", .right), ("expected", .right))
        for job in jobs {
            let (actual, expected) = (job.actual, job.expected)
            table.row(
                "\(job.id)", job.workload, job.site, job.state.rawValue,
                job.times.finished == nil ? "" : Format.duration(actual.seconds), Format.duration(expected.seconds),
                actual.money.map { "$\($0.cents)" } ?? "", expected.money.map { "$\($0.cents)" } ?? "")
        }
        return table.rendered(style) + troubles(jobs, style)
    }

    /// Why jobs failed or wait.
    private static func troubles(_ jobs: [JobRecord], _ style: Style) -> String {
        jobs.reduce(into: "") { out, job in
            if job.state == .failed, let reason = job.reason {
                out += style.bad("\(job.id) failed:") + " \(reason)\n"
            } else if let note = job.note {
                out += style.faint("\(job.id): \(note)") + "\n"
            }
        }
    }

    /// All about one job.
    static func one(_ job: JobRecord, _ style: Style) -> String {
        var block = TextBlock("job  \(job.id)")
        block.row("workload", job.workload, job.scenario)
        block.row("state", job.state.rawValue, job.reason ?? job.note)
        block.row("at", "\(job.site) on \(job.offer)", job.way)
        block.row(
            "by", job.order.executor.kind.rawValue + (job.order.executor.host.map { " on \($0)" } ?? ""), job.handle)
        block.row("folder", job.order.folder)
        for move in job.stages { block.row("brings", line(move)) }
        for input in job.order.inputs { block.row("reads", input.name, input.path) }
        for move in job.returns { block.row("returns", line(move)) }
        block.row("exit", job.exitCode.map { "\($0)" })
        let (actual, expected) = (job.actual, job.expected)
        block.row("staging", pair(actual.staging, expected.staging, job.times.submitted != nil))
        block.row("queue", pair(actual.queue, expected.queue, job.times.began != nil))
        block.row("work", pair(actual.work, expected.work, job.times.ended != nil))
        block.row("returning", pair(actual.returning, expected.returning, job.times.finished != nil))
        block.row(
            "wire", job.times.ended == nil ? nil : Format.size(actual.bytes), "expected \(Format.size(expected.bytes))")
        block.row("money", actual.money.map { "$\($0.cents)" }, expected.money.map { "expected $\($0.cents)" })
        return block.rendered(style)
    }

    private static func pair(_ actual: Double, _ expected: Double, _ isKnown: Bool) -> String {
        (isKnown ? "\(Format.duration(actual))   " : "") + "expected \(Format.duration(expected))"
    }

    private static func line(_ move: JobMove) -> String {
        let came = move.outcome.map { "   \(Format.size($0.bytes)) in \(Format.duration($0.seconds))" } ?? ""
        let expected = move.expected.map { "   expected \(Format.size($0.bytes))" } ?? ""
        return "\(move.name) from \(move.from) to \(move.to)\(came)\(expected)"
    }

    /// What a job would do, before it is done.
    static func plan(_ job: JobRecord, _ text: String, _ style: Style) -> String {
        one(job, style) + text.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)\n" }.joined()
    }

    /// A line of progress on standard error.
    static func progress(_ job: JobRecord) -> String {
        var out = "\(job.workload) at \(job.site): \(job.state.rawValue)"
        if let text = job.reason ?? job.note { out += " (\(text))" }
        return out
    }
}
