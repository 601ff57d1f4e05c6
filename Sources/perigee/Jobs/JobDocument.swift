internal import Dispatching
internal import Model
internal import Placement

/// A job for programs.
struct JobDocument: Encodable {
    struct Figures: Encodable {
        let staging: Double
        let queue: Double
        let work: Double
        let returning: Double
        let seconds: Double
        let bytes: UInt64
        let compute: Money
        let money: Money?

        init(_ figures: JobFigures) {
            (staging, queue, work, returning) = (figures.staging, figures.queue, figures.work, figures.returning)
            (seconds, bytes, compute, money) = (figures.seconds, figures.bytes, figures.compute, figures.money)
        }
    }

    struct Moved: Encodable {
        let bytes: UInt64
        let seconds: Double
        let money: Money?
    }

    struct Move: Encodable {
        let name: String
        let fromSite: String
        let toSite: String
        let from: String
        let to: String
        let expected: Moved?
        let actual: Moved?

        init(_ move: JobMove) {
            (name, fromSite, toSite) = (move.name, move.fromSite, move.toSite)
            (from, to) = (move.from, move.to)
            expected = move.expected.map { Moved(bytes: $0.bytes, seconds: $0.seconds, money: $0.money) }
            actual = move.outcome.map { Moved(bytes: $0.bytes, seconds: $0.seconds, money: move.money) }
        }
    }

    struct Input: Encodable {
        let name: String
        let path: String
    }

    struct Times: Encodable {
        let planned: String
        let staging: String?
        let submitted: String?
        let began: String?
        let ended: String?
        let finished: String?

        init(_ times: JobRecord.Times) {
            planned = Self.text(times.planned)
            (staging, submitted) = (times.staging.map(Self.text), times.submitted.map(Self.text))
            (began, ended) = (times.began.map(Self.text), times.ended.map(Self.text))
            finished = times.finished.map(Self.text)
        }

        static func text(_ stored: Double) -> String {
            // What is stored may come from where work runs.
            let seconds = stored.isFinite ? min(max(stored, 0), JobLimits.instantMax) : 0
            let whole = seconds.rounded(.down)
            let milliseconds = UInt32(min(999, max(0, ((seconds - whole) * 1000).rounded())))
            return Timestamp(seconds: Int64(whole), nanoseconds: milliseconds * 1_000_000).rfc3339
        }
    }

    let id: String
    let batch: String
    let scenario: String
    let workload: String
    let site: String
    let offer: String
    let way: String
    let state: JobState
    let note: String?
    let reason: String?
    let exitCode: Int32?
    let executor: Scenario.Executor.Kind
    let host: String?
    let handle: String?
    let folder: String
    let command: [String]
    let inputs: [Input]
    let outputs: [Input]
    let parents: [String]
    let stages: [Move]
    let returns: [Move]
    let times: Times
    let expected: Figures
    let actual: Figures

    init(_ job: JobRecord) {
        (id, batch, scenario, workload) = ("\(job.id)", job.id.batch, job.scenario, job.workload)
        (site, offer, way, state) = (job.site, job.offer, job.way, job.state)
        (note, reason, exitCode) = (job.note, job.reason, job.exitCode)
        (executor, host, handle) = (job.order.executor.kind, job.order.executor.host, job.handle)
        folder = job.order.folder
        command =
            switch job.order.run.command {
            case .words(let words): words
            case .line(let line): ["/bin/sh", "-c", line]
            }
        inputs = job.order.inputs.map { Input(name: $0.name, path: $0.path) }
        outputs = job.order.outputs.map { Input(name: $0, path: job.order.outputFolder($0)) }
        parents = job.parents.map { "\($0)" }
        (stages, returns) = (job.stages.map { Move($0) }, job.returns.map { Move($0) })
        times = Times(job.times)
        (expected, actual) = (Figures(job.expected), Figures(job.actual))
    }
}

/// Jobs for programs.
struct JobsDocument: Encodable {
    let schema = "perigee.jobs/1"
    let jobs: [JobDocument]

    init(_ jobs: [JobRecord]) { self.jobs = jobs.map { JobDocument($0) } }
}
