import Dispatching
import Foundation
import TestSupport
import Testing

/// A Slurm of one node on this host, with its own keys, ports and folders; gone with the test.
final class SlurmCluster {
    private static let programs = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "scancel"]

    /// Why it cannot be had here; nil where it can.
    static let missing: String? = {
        if getuid() != 0 { return "it is started as root" }
        let none = programs.filter { name in
            !["/usr/sbin", "/usr/bin", "/sbin", "/bin"].contains {
                FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
            }
        }
        return none.isEmpty ? nil : "\(none.joined(separator: ", ")) is not installed"
    }()

    let folder: TemporaryFolder
    private var processes: [ChildProcess] = []

    /// A shell in which Slurm's commands speak to this cluster.
    var shell: any HostShell { Configured(file: folder.path("slurm.conf")) }

    private struct Configured: HostShell {
        let file: String
        var name: String { "the cluster" }

        func run(_ script: String) throws -> ShellAnswer {
            try StreamShell.here.run("export SLURM_CONF='\(file)'\n\(script)")
        }
    }

    /// Starts it and waits until its node is idle.
    init() throws {
        folder = try TemporaryFolder()
        for name in ["munge", "state", "spool"] { _ = try folder.folder(name) }
        chmod(folder.path, 0o711)
        chmod(folder.path("munge"), 0o711)
        var seed = Seed(UInt64.random(in: 0 ... .max))
        try Data(seed.bytes(1024)).write(to: URL(fileURLWithPath: folder.path("munge/key")))
        chmod(folder.path("munge/key"), 0o600)
        try Data(settings().utf8).write(to: URL(fileURLWithPath: folder.path("slurm.conf")))
        try Data("CgroupPlugin=cgroup/v1\n".utf8).write(to: URL(fileURLWithPath: folder.path("cgroup.conf")))
        let munge = folder.path("munge")
        try start(
            "munged", "--foreground", "--force", "--socket=\(munge)/sock", "--key-file=\(munge)/key",
            "--pid-file=\(munge)/pid", "--log-file=\(munge)/log", "--seed-file=\(munge)/seed")
        try waitFor("the key service") { FileManager.default.fileExists(atPath: "\(munge)/sock") }
        try start("slurmctld", "-D", "-f", folder.path("slurm.conf"))
        try start("slurmd", "-D", "-f", folder.path("slurm.conf"), "-N", "node")
        try waitFor("the node") { try shell.run("sinfo -h -o %t").text.hasPrefix("idle") }
    }

    deinit {
        for process in processes.reversed() {
            process.send(SIGTERM)
            _ = try? process.wait(atMost: .seconds(10))
        }
    }

    private func start(_ program: String, _ arguments: String...) throws {
        processes.append(
            try ChildProcess(
                "/usr/sbin/\(program)", arguments,
                environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "SLURM_CONF": folder.path("slurm.conf")]))
    }

    private func waitFor(_ what: String, _ isThere: () throws -> Bool) throws {
        for _ in 0..<300 {
            if try isThere() { return }
            usleep(100_000)
        }
        let log = (try? String(contentsOfFile: folder.path("slurmctld.log"), encoding: .utf8)) ?? ""
        throw Missing(text: "\(what) does not come: \(log.suffix(2000))")
    }

    private struct Missing: Error { let text: String }

    private func settings() -> String {
        let controller = LocalPort.free(count: 2)
        let node = controller + 1
        return """
            ClusterName=perigee
            SlurmctldHost=\(ProcessInfo.processInfo.hostName)(127.0.0.1)
            SlurmctldPort=\(controller)
            AuthType=auth/munge
            AuthInfo=socket=\(folder.path("munge/sock"))
            CredType=cred/munge
            SlurmUser=root
            SlurmdUser=root
            StateSaveLocation=\(folder.path("state"))
            SlurmdSpoolDir=\(folder.path("spool"))
            SlurmctldPidFile=\(folder.path("slurmctld.pid"))
            SlurmdPidFile=\(folder.path("slurmd.pid"))
            SlurmctldLogFile=\(folder.path("slurmctld.log"))
            SlurmdLogFile=\(folder.path("slurmd.log"))
            ProctrackType=proctrack/linuxproc
            TaskPlugin=task/none
            MpiDefault=none
            ReturnToService=2
            SchedulerType=sched/backfill
            SchedulerParameters=sched_interval=1,bf_interval=1,sched_min_interval=0
            SelectType=select/cons_tres
            SelectTypeParameters=CR_CPU
            AccountingStorageType=accounting_storage/none
            MinJobAge=300
            KillWait=2
            NodeName=node NodeHostname=\(ProcessInfo.processInfo.hostName) NodeAddr=127.0.0.1 Port=\(node) CPUs=1 Feature=data_eu State=UNKNOWN
            PartitionName=main Nodes=ALL Default=YES MaxTime=60 State=UP

            """
    }
}
