internal import Model

/// Runs jobs by the shell of a host: this one, or another through `ssh`.
public struct ShellExecutor: JobExecutor {
    private let shell: any HostShell

    /// Jobs of the host behind `shell`.
    public init(_ shell: any HostShell) { self.shell = shell }

    /// The script that becomes the command.
    public func rendered(_ job: JobRecord) throws -> String { try JobScript.run(job) }

    /// Starts it, detached from whoever asks.
    public func submit(_ job: JobRecord) throws -> String {
        _ = try shell.done(JobScript.start(job), "starting the job")
        return job.order.folder
    }

    /// Looks at its folder and its processes.
    public func look(_ job: JobRecord) throws -> JobSighting {
        let answer = try shell.done(JobScript.look(job, isHere: true), "looking at the job")
        guard let sighting = JobScript.sighting(answer.text) else {
            throw PerigeeError(
                .format, "the job's folder tells nothing that can be read: \(answer.text.prefix(80))",
                at: job.order.folder,
                remedy: "see what is in it")
        }
        return sighting
    }

    /// Signals its processes.
    public func end(_ job: JobRecord, byForce: Bool) throws {
        _ = try shell.done(JobScript.end(job, byForce: byForce), "ending the job")
    }

    /// Its output.
    public func log(_ job: JobRecord) throws -> [UInt8] { try HostLog.read(job, shell) }
}

/// The output of a job in its folder, read through a shell.
enum HostLog {
    static func read(_ job: JobRecord, _ shell: any HostShell) throws -> [UInt8] {
        try read(JobScript.log(job), job, shell)
    }

    /// What `script` prints of it.
    static func read(_ script: String, _ job: JobRecord, _ shell: any HostShell) throws -> [UInt8] {
        try shell.done(script, "reading the job's output", most: max(JobLimits.answerMax, job.order.logMax)).output
    }
}
