internal import Model
internal import Placement
internal import Wire

/// Runs jobs by a Slurm cluster, by its commands on this host or through `ssh`.
///
/// A job has the name `perigee-ID` there, by which it is found again. Its folder must be on a file system that the host of the
/// commands shares with the nodes.
public struct SlurmExecutor: JobExecutor {
    private let shell: any HostShell

    /// The cluster whose commands `shell` finds.
    public init(_ shell: any HostShell) { self.shell = shell }

    /// What Slurm calls a job.
    static func name(_ job: JobRecord) -> String { "perigee-\(job.id)" }

    /// The command, and the script that becomes the workload's.
    public func rendered(_ job: JobRecord) throws -> String {
        "\(Self.command(job)) ./batch\n\(try JobScript.run(job))"
    }

    /// `sbatch` with its options.
    static func command(_ job: JobRecord) -> String {
        let executor = job.order.executor
        var words = [
            "sbatch", "--parsable", "--no-requeue", "--job-name=\(name(job))", "--chdir=\(job.order.folder)",
            "--output=\(JobScript.control)/slurm.out", "--open-mode=append", "--input=/dev/null",
        ]
        if job.order.machines > 1 { words.append("--nodes=\(job.order.machines)") }
        if let timeout = job.order.run.timeout {
            // Whole minutes, and one for the wrapper to end it before.
            words.append("--time=\(Int((min(timeout, 1e9) / 60).rounded(.up)) + 1)")
        }
        if let partition = executor.partition { words.append("--partition=\(partition)") }
        if let account = executor.account { words.append("--account=\(account)") }
        if let constraint = executor.constraint { words.append("--constraint=\(constraint)") }
        return (words + executor.options).map { CommandWords.quoted($0) }.joined(separator: " ")
    }

    /// Asks for a job of the name, and submits it where there is none.
    public func submit(_ job: JobRecord) throws -> String {
        let script = """
            (
            \(try JobScript.prepare(job))
            printf '#!/bin/sh\\nexec sh ./\(JobScript.control)/wrapper\\n' \(JobScript.whole("batch")) || exit 73
            : >> slurm.out
            ) || exit $?
            \(JobScript.forget)
            cd \(JobScript.controlFolder(job)) || exit 73
            if [ -s slurm.id ]; then cat slurm.id; exit 0; fi
            \(Self.find(job))
            if [ -z "$id" ] && [ ! -d claim ]; then
                id=$(\(Self.command(job)) ./batch) || { \(Self.retryIfSilent) }
            fi
            id=${id%%;*}
            ( umask 077; echo "${id:-unknown}" \(JobScript.whole("slurm.id")) )
            cat slurm.id

            """
        let text = try shell.done(script, "submitting the job to Slurm").text
        let handle = String(text.drop(while: \.isWhitespace).prefix { !$0.isWhitespace })
        guard !handle.isEmpty, handle.utf8.count <= 64 else {
            throw PerigeeError(.format, "sbatch told no job ID", at: shell.name, remedy: "see what sbatch prints there")
        }
        return handle
    }

    /// Finds the ID of the job by its name, into `id`; empty where Slurm knows none.
    private static func find(_ job: JobRecord) -> String {
        "id=$(squeue -h -n \(name(job)) -t all -o %i) || { \(retryIfSilent) }; id=$(echo \"$id\" | head -n 1)"
    }

    /// A controller that does not answer may do so later.
    private static let retryIfSilent = "code=$?; squeue -h -t PD >/dev/null 2>&1 || exit 75; exit $code;"

    /// Looks into its folder, then asks `squeue`, `scontrol` and `sacct`.
    public func look(_ job: JobRecord) throws -> JobSighting {
        let script =
            JobScript.look(job, isHere: false) + """
                id=$(cat slurm.id 2>/dev/null)
                if [ -z "$id" ] || [ "$id" = unknown ]; then
                \(Self.find(job))
                fi
                [ -n "$id" ] || { echo 'slurm NONE'; exit 0; }
                state=$(squeue -h -j "$id" -t all -o '%T %r' 2>/dev/null)
                if [ -z "$state" ]; then
                    squeue -h -t PD >/dev/null || exit 75
                    state=$(scontrol show job "$id" -o 2>/dev/null | sed -n 's/.* JobState=\\([A-Z_]*\\) Reason=\\([^ ]*\\).*/\\1 \\2/p')
                fi
                [ -n "$state" ] || state=$(sacct -n -P -X -j "$id" -o State 2>/dev/null | head -n 1)
                [ -f code ] && told
                echo "slurm ${state:-NONE}"
                echo "began $began"

                """
        let text = try shell.done(script, "asking Slurm").text
        guard let sighting = SlurmStates.sighting(text) ?? JobScript.sighting(text) else {
            throw PerigeeError(
                .format, "Slurm tells nothing that can be read: \(text.prefix(80))", at: shell.name,
                remedy: "see what squeue prints there")
        }
        return sighting
    }

    /// Has Slurm cancel it, and sees to it that a submission that is not known yet runs nothing.
    public func end(_ job: JobRecord, byForce: Bool) throws {
        let folder = JobScript.controlFolder(job)
        let script = """
            umask 077
            mkdir -p \(folder) && cd \(folder) || exit 73
            if mkdir claim 2>/dev/null; then : > claim/revoked; fi
            squeue -h -t PD >/dev/null || exit 75
            id=$(cat slurm.id 2>/dev/null)
            [ -n "$id" ] && [ "$id" != unknown ] && scancel "$id" 2>/dev/null
            scancel -n \(Self.name(job))
            exit 0

            """
        _ = try shell.done(script, "having Slurm cancel the job")
    }

    /// Its output.
    public func log(_ job: JobRecord) throws -> [UInt8] { try HostLog.read(job, shell) }
}
