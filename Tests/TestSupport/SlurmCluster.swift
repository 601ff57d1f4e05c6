internal import Foundation

/// A Slurm of one node on this host, with its own keys, ports and folders; gone with the test.
public final class SlurmCluster {
    private static let programs = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "scancel"]

    /// Why it cannot be had here; nil where it can.
    public static let missing: String? = {
        if getuid() != 0 { return "it is started as root" }
        let none = programs.filter { name in
            !["/usr/sbin", "/usr/bin", "/sbin", "/bin"].contains {
                FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
            }
        }
        return none.isEmpty ? nil : "\(none.joined(separator: ", ")) is not installed"
    }()

    /// Where its settings, keys and logs are.
    public let folder: TemporaryFolder
    private let words: [String]
    private var processes: [ChildProcess] = []

    /// The file that `SLURM_CONF` names for those who are to speak to it.
    public var settingsFile: String { folder.path("slurm.conf") }

    /// Starts it and waits until its node is idle.
    ///
    /// - Parameter words: What precedes the programs' names, where they are to run in a network namespace.
    public init(by words: [String] = []) throws {
        self.words = words
        folder = try TemporaryFolder()
        for name in ["munge", "state", "spool"] { _ = try folder.folder(name) }
        chmod(folder.path, 0o711)
        chmod(folder.path("munge"), 0o711)
        var seed = Seed(UInt64.random(in: 0 ... .max))
        try Data(seed.bytes(1024)).write(to: URL(fileURLWithPath: folder.path("munge/key")))
        chmod(folder.path("munge/key"), 0o600)
        try Data(settings().utf8).write(to: URL(fileURLWithPath: settingsFile))
        try Data("CgroupPlugin=cgroup/v1\n".utf8).write(to: URL(fileURLWithPath: folder.path("cgroup.conf")))
        let munge = folder.path("munge")
        try start(
            "munged", "--foreground", "--force", "--socket=\(munge)/sock", "--key-file=\(munge)/key",
            "--pid-file=\(munge)/pid", "--log-file=\(munge)/log", "--seed-file=\(munge)/seed")
        try waitFor("the key service") { FileManager.default.fileExists(atPath: "\(munge)/sock") }
        try start("slurmctld", "-D", "-f", settingsFile)
        try start("slurmd", "-D", "-f", settingsFile, "-N", "node")
        try waitFor("the node") { try isIdle() }
    }

    deinit {
        for process in processes.reversed() {
            process.send(SIGTERM)
            _ = try? process.wait()
        }
    }

    private var environment: [String: String] {
        ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "SLURM_CONF": settingsFile]
    }

    private func isIdle() throws -> Bool {
        let words = words + ["sinfo", "-h", "-o", "%t"]
        let answer = folder.path("answer")
        let asking = try ChildProcess(words[0], Array(words.dropFirst()), environment: environment, output: answer)
        guard try asking.wait() == .exited(status: 0) else { return false }
        return try String(contentsOfFile: answer, encoding: .utf8).hasPrefix("idle")
    }

    private func start(_ program: String, _ arguments: String...) throws {
        let words = words + ["/usr/sbin/\(program)"] + arguments
        processes.append(try ChildProcess(words[0], Array(words.dropFirst()), environment: environment))
    }

    private func waitFor(_ what: String, _ isThere: () throws -> Bool) throws {
        for _ in 0..<1200 {
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
