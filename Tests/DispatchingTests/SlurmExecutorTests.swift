import Dispatching
import Foundation
import Model
import Placement
import TestSupport
import Testing

/// Jobs by a real Slurm of one node.
@Suite(
    "Slurm's jobs", .serialized,
    .enabled(if: SlurmCluster.missing == nil, "\(SlurmCluster.missing ?? "")"))
struct SlurmExecutorTests {
    @Test("are submitted once, wait their turn, run, end, and are cancelled")
    func lives() throws {
        let cluster = try SlurmCluster()
        try oneLife(cluster)
        try queueAndCancel(cluster)
        try refusal(cluster)
        try silence(cluster)
    }

    private func trial(
        _ cluster: SlurmCluster, _ number: Int, _ line: String, _ change: (inout Scenario.Executor) -> Void = { _ in }
    ) -> ExecutorTrial {
        var executor = Scenario.Executor(.slurm)
        executor.constraint = "data_eu"
        change(&executor)
        var run = Scenario.Run(.line(line))
        run.timeout = 60
        return ExecutorTrial(
            executor: SlurmExecutor(cluster.shell),
            job: Some.job(number, run: run, in: cluster.folder.path("jobs"), executor: executor, outputs: ["o"]))
    }

    private func oneLife(_ cluster: SlurmCluster) throws {
        let trial = trial(
            cluster, 1,
            "echo begun >> begun; echo \"$PERIGEE_JOB $SLURM_JOB_ID\"; echo x > \"$PERIGEE_OUTPUT_O/x\"; exit 5")
        #expect(try trial.executor.look(trial.job) == .absent)
        let handle = try trial.executor.submit(trial.job)
        #expect(try trial.executor.submit(trial.job) == handle)
        #expect(try trial.code() == 5)
        // Its answer was lost: it is found by its name.
        try FileManager.default.removeItem(atPath: trial.job.order.folder + "/.perigee/slurm.id")
        #expect(try trial.executor.submit(trial.job) == handle)
        #expect(try trial.code() == 5)
        #expect(try trial.log == "\(trial.job.id) \(handle)\n")
        #expect(try String(contentsOfFile: trial.job.order.folder + "/begun", encoding: .utf8) == "begun\n")
        #expect(FileManager.default.fileExists(atPath: trial.job.order.folder + "/outputs/o/x"))
    }

    private func queueAndCancel(_ cluster: SlurmCluster) throws {
        let (first, second) = (
            trial(cluster, 2, "trap 'exit 0' TERM; while :; do sleep 0.1; done"),
            trial(cluster, 3, "echo begun > begun")
        )
        _ = try first.executor.submit(first.job)
        try first.waitUntilRunning()
        _ = try second.executor.submit(second.job)
        try second.wait { if case .queued = $0 { true } else { false } }
        // What has not begun never does; what runs is ended.
        try second.executor.end(second.job, byForce: false)
        try second.wait { if case .lost(_, isSure: true) = $0 { true } else { false } }
        try first.executor.end(first.job, byForce: false)
        try first.wait {
            switch $0 {
            case .lost, .ended: true
            default: false
            }
        }
        #expect(!FileManager.default.fileExists(atPath: second.job.order.folder + "/begun"))
    }

    private func refusal(_ cluster: SlurmCluster) throws {
        let trial = trial(cluster, 4, "true") { $0.constraint = "nowhere" }
        #expect { try trial.executor.submit(trial.job) } throws: { error in
            let error = error as? PerigeeError
            return error?.canRetry == false && error?.message.contains("Invalid feature") == true
        }
    }

    /// A controller that is gone says nothing about jobs; trying again can help.
    private func silence(_ cluster: SlurmCluster) throws {
        let trial = trial(cluster, 5, "true")
        let far = ExecutorTrial(executor: SlurmExecutor(Unreachable(shell: cluster.shell)), job: trial.job)
        #expect { try far.executor.submit(far.job) } throws: { ($0 as? PerigeeError)?.canRetry == true }
        _ = try trial.executor.submit(trial.job)
        #expect(try trial.code() == 0)
    }

    /// The same commands, whose controller nobody reaches.
    private struct Unreachable: HostShell {
        let shell: any HostShell
        var name: String { shell.name }

        func run(_ script: String, most: Int) throws -> ShellAnswer {
            try shell.run(
                "squeue() { echo 'slurm_load_jobs error: Unable to contact slurm controller (connect failure)' >&2; return 1; }\n"
                    + script, most: most)
        }
    }
}
