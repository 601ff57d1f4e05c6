import Dispatching
import Foundation
import Model
import Placement
import TestSupport
import Testing

/// Jobs of Kubernetes: their manifests, and what `kubectl` is asked and says.
@Suite("Kubernetes' jobs")
struct KubernetesTests {
    private func job(_ run: Scenario.Run, outputs: [String] = []) -> JobRecord {
        var executor = Scenario.Executor(.kubernetes)
        executor.image = "example.org/train:1"
        executor.namespace = "science"
        executor.context = "east"
        executor.nodes = [.init(name: "topology.kubernetes.io/region", values: ["us-east-1"])]
        executor.prefers = [.init(name: "perigee.io/dataset.corpus", values: ["true"])]
        executor.resources = ["cpu": "2", "memory": "4Gi", "nvidia.com/gpu": "1"]
        var data = Scenario.Executor.Volume(at: "/data")
        (data.claim, data.isReadOnly) = ("corpus", true)
        var work = Scenario.Executor.Volume(at: "/work")
        work.folder = "/srv/work"
        executor.volumes = [data, work]
        return Some.job(
            run: run, in: "/work", executor: executor, inputs: [.init(name: "corpus", path: "/data")], outputs: outputs)
    }

    private func manifest(_ job: JobRecord) throws -> [String: Any] {
        let text = try KubernetesManifest(job).json()
        return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    private func container(_ manifest: [String: Any]) throws -> [String: Any] {
        let pod = try #require((manifest["spec"] as? [String: Any])?["template"] as? [String: Any])
        return try #require(((pod["spec"] as? [String: Any])?["containers"] as? [[String: Any]])?.first)
    }

    @Test("have every word as it was written: Kubernetes replaces nothing in it, and no shell reads it")
    func words() throws {
        let words = ["python3", "train.py", "$(PERIGEE_JOB)", "$$(X)", "a b", "'\"; rm -rf /"]
        let plain = try container(manifest(job(.init(.words(words)))))
        #expect(
            plain["command"] as? [String] == [
                "python3", "train.py", "$$(PERIGEE_JOB)", "$$$(X)", "a b", "'\"; rm -rf /",
            ])
        let making = try container(manifest(job(.init(.words(words)), outputs: ["model"])))
        let command = try #require(making["command"] as? [String])
        #expect(command.prefix(2) == ["/bin/sh", "-c"] && command[2].hasSuffix("exec \"$@\""))
        #expect(command[5] == "/work/\(Some.id(1))/outputs/model")
        #expect(Array(command[6...]) == plain["command"] as? [String])
    }

    @Test("are of the published schema, with affinity, volumes, resources and a deadline")
    func schema() throws {
        var run = Scenario.Run(.line("echo \"$PERIGEE_INPUT_CORPUS\""))
        run.timeout = 90
        run.environment = ["EPOCHS": "3"]
        let job = job(run, outputs: ["model"])
        let manifest = try manifest(job)
        let spec = try #require(manifest["spec"] as? [String: Any])
        #expect(spec["backoffLimit"] as? Int == 0 && spec["activeDeadlineSeconds"] as? Int == 90)
        #expect((manifest["metadata"] as? [String: Any])?["name"] as? String == "perigee-\(Some.id(1))")
        let text = String(decoding: try JSONSerialization.data(withJSONObject: spec), as: UTF8.self)
        for part in ["nodeSelectorTerms", "us-east-1", "claimName", "hostPath", "PERIGEE_INPUT_CORPUS", "EPOCHS"] {
            #expect(text.contains(part), "\(part)")
        }
        try Validator.check(try KubernetesManifest(job).json())
        try Validator.check(try KubernetesManifest(Some.job(run: run, executor: bare)).json())
    }

    private var bare: Scenario.Executor {
        var executor = Scenario.Executor(.kubernetes)
        executor.image = "busybox"
        return executor
    }

    @Test("are told by the conditions of their Job")
    func status() throws {
        func sighting(_ status: String) throws -> JobSighting {
            try KubernetesStatus("{\"metadata\":{},\"status\":\(status)}", at: "here").sighting
        }
        let began = "\"startTime\":\"2026-11-26T02:00:00Z\""
        let start = 1_795_658_400.0
        #expect(try sighting("{}") == .queued("Kubernetes has made no pod yet"))
        #expect(try sighting("{\(began),\"active\":1,\"ready\":0}") == .queued("its pod is not ready yet"))
        #expect(try sighting("{\(began),\"active\":1,\"ready\":1}") == .running(since: start))
        let done = "{\"type\":\"Complete\",\"status\":\"True\"}"
        #expect(
            try sighting("{\(began),\"completionTime\":\"2026-11-26T02:01:00Z\",\"conditions\":[\(done)]}")
                == .ended(0, began: start, ended: start + 60))
        func failed(_ reason: String) -> String {
            """
            {\(began),"conditions":[{"type":"FailureTarget","status":"True"},{"type":"Failed","status":"True",\
            "reason":"\(reason)","lastTransitionTime":"2026-11-26T02:02:00Z"}]}
            """
        }
        #expect(try sighting(failed("BackoffLimitExceeded")) == .ended(1, began: start, ended: start + 120))
        #expect(try sighting(failed("DeadlineExceeded")) == .ended(124, began: start, ended: start + 120))
        for text in ["", "{}", "[]", "{\"metadata\":3}"] {
            #expect { try KubernetesStatus(text, at: "here") } throws: { ($0 as? PerigeeError)?.code == .format }
        }
    }

    @Test("are made once, looked at and deleted by kubectl, whose silence is told from an answer")
    func commands() throws {
        let cluster = try ScriptedCluster()
        let executor = KubernetesExecutor(cluster)
        let job = job(.init(.words(["true"])))
        #expect(try executor.look(job) == .absent)
        #expect(try executor.submit(job) == "science/perigee-\(Some.id(1))")
        #expect(try executor.submit(job) == "science/perigee-\(Some.id(1))")
        #expect(try executor.look(job) == .queued("Kubernetes has made no pod yet"))
        let kept = try String(contentsOfFile: cluster.folder.path("job.json"), encoding: .utf8)
        #expect(kept == (try KubernetesManifest(job).json()))
        #expect(try executor.log(job) == Array("said\n".utf8))
        try executor.end(job, byForce: true)
        #expect(try executor.look(job) == .absent)
        let calls = try String(contentsOfFile: cluster.folder.path("calls"), encoding: .utf8)
        #expect(calls.split(separator: "\n").allSatisfy { $0.contains("--namespace=science --context=east") })
        try Data().write(to: URL(fileURLWithPath: cluster.folder.path("down")))
        #expect { try executor.look(job) } throws: { ($0 as? PerigeeError)?.canRetry == true }
        try Data().write(to: URL(fileURLWithPath: cluster.folder.path("forbidden")))
        #expect { try executor.submit(job) } throws: { error in
            let error = error as? PerigeeError
            return error?.canRetry == false && error?.message.contains("forbidden") == true
        }
    }
}

extension KubernetesTests {
    @Test("are told by what kubectl prints, to the letter, and not by what it warns of")
    func letters() throws {
        let cluster = try ScriptedCluster()
        let document = """
            {"metadata":{},"status":{"conditions":[{"type":"Failed","status":"True","reason":"DeadlineExceeded",\
            "message":"a\\nb \\\\c \\u0041 %s"}]}}
            """
        try Data(document.utf8).write(to: URL(fileURLWithPath: cluster.folder.path("job.json")))
        try Data().write(to: URL(fileURLWithPath: cluster.folder.path("warns")))
        let sighting = try KubernetesExecutor(cluster).look(job(.init(.words(["true"]))))
        #expect(sighting == .ended(124, began: 0, ended: 0))
    }
}

/// A stand-in for `kubectl`, where no cluster can be: keeps one Job, and speaks as `kubectl` does.
private struct ScriptedCluster: HostShell {
    let folder: TemporaryFolder
    var name: String { "the cluster" }

    init() throws {
        folder = try TemporaryFolder()
        let place = folder.path
        try Data(
            """
            #!/bin/sh
            cd '\(place)' || exit 1
            echo "$@" >> calls
            [ -f forbidden ] && { echo 'Error from server (Forbidden): jobs.batch is forbidden' >&2; exit 1; }
            [ -f warns ] && echo 'Warning: use of a token is deprecated' >&2
            [ -f down ] && { echo 'The connection to the server 10.0.0.1:6443 was refused' >&2; exit 1; }
            case "$*" in
            *" create -f -")
                [ -f job.json ] && { echo 'Error from server (AlreadyExists): jobs.batch already exists' >&2; exit 1; }
                cat > job.json;;
            *" get job "*) [ -f job.json ] && cat job.json; exit 0;;
            *" delete job "*) rm -f job.json;;
            *" logs job/"*) echo said;;
            *) exit 64;;
            esac

            """.utf8
        ).write(to: URL(fileURLWithPath: folder.path("kubectl.text")))
        // Another process writes it: what this one has open for writing, its children may while they begin.
        _ = try StreamShell.here.run(
            "cp '\(place)/kubectl.text' '\(place)/kubectl' && chmod 755 '\(place)/kubectl'", most: 1_000)
    }

    func run(_ script: String, most: Int) throws -> ShellAnswer {
        try StreamShell.here.run("PATH='\(folder.path)':$PATH\n\(script)", most: most)
    }
}

/// The published schemas of Kubernetes, by a package of Python.
private enum Validator {
    /// Expects `manifest` to be as they say; where the package is not there, nothing is checked and that is said.
    static func check(_ manifest: String, file: String = #filePath) throws {
        let top = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        let folder = try TemporaryFolder()
        try Data(manifest.utf8).write(to: URL(fileURLWithPath: folder.path("job.json")))
        let script = """
            import json, sys
            try:
                import kubernetes_validate
            except ImportError:
                sys.exit(69)
            kubernetes_validate.validate(json.load(open(sys.argv[1])), "1.30", strict=True)
            """
        let python = ["\(top)/.build/tools", ProcessInfo.processInfo.environment["PYTHONPATH"]].compactMap(\.self)
        let process = try ChildProcess(
            "env", ["PYTHONPATH=\(python.joined(separator: ":"))", "python3", "-c", script, folder.path("job.json")],
            errors: folder.path("errors"))
        let status = try process.status()
        if status == 69 { return print("kubernetes-validate is not installed: no schema was checked") }
        let errors = try String(contentsOfFile: folder.path("errors"), encoding: .utf8)
        #expect(status == 0, "\(errors.suffix(2000))")
    }
}
