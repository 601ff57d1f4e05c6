internal import FoundationEssentials
internal import Model
internal import Placement

/// A Job of Kubernetes (`batch/v1`) for a job: one pod, never started anew, on nodes with the labels that were asked for.
package struct KubernetesManifest: Encodable {
    /// Finished Jobs are taken away after so many seconds.
    static let keptSeconds = 604_800
    private static let namespaceUsual = "default"
    private static let workload = "perigee.io/workload"
    private static let job = "perigee.io/job"

    struct Metadata: Encodable {
        var name: String?
        var namespace: String?
        var labels: [String: String]
        var annotations: [String: String]?
    }

    struct Specification: Encodable {
        var backoffLimit = 0
        var completions = 1
        var parallelism = 1
        var activeDeadlineSeconds: Int
        var ttlSecondsAfterFinished = KubernetesManifest.keptSeconds
        var template: Template
    }

    struct Template: Encodable {
        var metadata: Metadata
        var spec: Pod
    }

    struct Pod: Encodable {
        var restartPolicy = "Never"
        var affinity: Affinity?
        var containers: [Container]
        var volumes: [Volume]?
    }

    struct Affinity: Encodable {
        var nodeAffinity: NodeAffinity
    }

    struct NodeAffinity: Encodable {
        var requiredDuringSchedulingIgnoredDuringExecution: Terms?
        var preferredDuringSchedulingIgnoredDuringExecution: [Preference]?
    }

    struct Terms: Encodable {
        var nodeSelectorTerms: [Term]
    }

    struct Preference: Encodable {
        var weight: Int
        var preference: Term
    }

    struct Term: Encodable {
        var matchExpressions: [Expression]
    }

    struct Expression: Encodable {
        var key: String
        var `operator` = "In"
        var values: [String]
    }

    struct Container: Encodable {
        var name = "work"
        var image: String
        var command: [String]
        var env: [Variable]
        var resources: Resources?
        var volumeMounts: [Mount]?
    }

    struct Variable: Encodable {
        var name: String
        var value: String
    }

    struct Resources: Encodable {
        var requests: [String: String]
        var limits: [String: String]
    }

    struct Mount: Encodable {
        var name: String
        var mountPath: String
        var readOnly: Bool?
    }

    struct Volume: Encodable {
        struct Claim: Encodable {
            var claimName: String
            var readOnly: Bool?
        }

        struct Folder: Encodable {
            var path: String
        }

        var name: String
        var persistentVolumeClaim: Claim?
        var hostPath: Folder?
    }

    var apiVersion = "batch/v1"
    var kind = "Job"
    var metadata: Metadata
    var spec: Specification

    /// The manifest of `job`.
    ///
    /// - Throws: `usage` where two names make the same variable, or what is brought or made would lie in no volume.
    package init(_ job: JobRecord) throws {
        let executor = job.order.executor
        try Self.checkVolumes(job)
        let labels = ["app.kubernetes.io/managed-by": "perigee", Self.job: "\(job.id)"]
        // What a label cannot hold stands in an annotation.
        metadata = Metadata(
            name: Self.name(job), namespace: executor.namespace ?? Self.namespaceUsual, labels: labels,
            annotations: [Self.workload: job.workload])
        let pod = Pod(
            affinity: Self.affinity(executor), containers: [try Self.container(job)],
            volumes: executor.volumes.isEmpty ? nil : executor.volumes.enumerated().map { Self.volume($1, $0) })
        spec = Specification(
            activeDeadlineSeconds: Int(min(job.order.timeout, 1e9).rounded(.up)),
            template: Template(
                metadata: Metadata(name: nil, namespace: nil, labels: labels, annotations: nil), spec: pod))
    }

    /// What the container holds outside of volumes ends with it, and nobody outside sees it.
    private static func checkVolumes(_ job: JobRecord) throws {
        let volumes = job.order.executor.volumes
        func check(_ folder: String, _ what: String, writes: Bool) throws {
            let isHeld = volumes.contains { volume in
                let root = volume.at.hasSuffix("/") ? volume.at : volume.at + "/"
                return "\(folder)/".hasPrefix(root) && !(writes && volume.isReadOnly)
            }
            guard !isHeld else { return }
            throw PerigeeError(
                .usage, "no volume\(writes ? " that can be written" : "") is at \(folder): \(what)",
                at: "\(job.workload) at \(job.site)",
                remedy: "write volumes: [{claim: NAME, at: /folder}] below the executor")
        }
        for output in job.order.outputs {
            try check(job.order.outputFolder(output), "what work makes would be lost with its pod", writes: true)
        }
        let brought = Set(job.stages.map(\.name))
        for input in job.order.inputs where brought.contains(input.name) {
            try check(input.path, "work would not see what is brought there", writes: false)
        }
    }

    /// What Kubernetes calls a job.
    static func name(_ job: JobRecord) -> String { "perigee-\(job.id)" }

    /// As JSON, which `kubectl` reads as it does YAML.
    package func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }

    private static func affinity(_ executor: Scenario.Executor) -> Affinity? {
        func term(_ labels: [Scenario.Executor.NodeLabel]) -> Term {
            Term(matchExpressions: labels.map { Expression(key: $0.name, values: $0.values) })
        }
        if executor.nodes.isEmpty, executor.prefers.isEmpty { return nil }
        return Affinity(
            nodeAffinity: NodeAffinity(
                requiredDuringSchedulingIgnoredDuringExecution: executor.nodes.isEmpty
                    ? nil : Terms(nodeSelectorTerms: [term(executor.nodes)]),
                preferredDuringSchedulingIgnoredDuringExecution: executor.prefers.isEmpty
                    ? nil : executor.prefers.map { Preference(weight: 100, preference: term([$0])) }))
    }

    private static func container(_ job: JobRecord) throws -> Container {
        let executor = job.order.executor
        let volumes = executor.volumes.enumerated()
        return Container(
            image: executor.image ?? "", command: command(job).map(literal),
            env: try JobScript.variables(job).map { Variable(name: $0.name, value: literal($0.value)) },
            resources: executor.resources.isEmpty
                ? nil : Resources(requests: executor.resources, limits: executor.resources),
            volumeMounts: executor.volumes.isEmpty
                ? nil
                : volumes.map { Mount(name: "volume-\($0)", mountPath: $1.at, readOnly: $1.isReadOnly ? true : nil) })
    }

    /// The command; where it makes something, a shell makes the folders for that and becomes the command.
    private static func command(_ job: JobRecord) -> [String] {
        let words: [String] =
            switch job.order.run.command {
            case .words(let words): words
            case .line(let line): ["/bin/sh", "-c", line]
            }
        guard !job.order.outputs.isEmpty else { return words }
        let folders = job.order.outputs.map { job.order.outputFolder($0) }
        return ["/bin/sh", "-c", makeFolders, "perigee", "\(folders.count)"] + folders + words
    }

    /// Makes as many folders as the first word says, of the words behind it, and becomes the rest.
    private static let makeFolders =
        "n=$1; shift; while [ $n -gt 0 ]; do mkdir -p \"$1\" || exit 73; shift; n=$((n-1)); done; exec \"$@\""

    /// A text that Kubernetes puts nothing into: it replaces `$(NAME)` in commands and variables.
    static func literal(_ text: String) -> String {
        text.split(separator: "$(", omittingEmptySubsequences: false).joined(separator: "$$(")
    }

    private static func volume(_ volume: Scenario.Executor.Volume, _ index: Int) -> Volume {
        Volume(
            name: "volume-\(index)",
            persistentVolumeClaim: volume.claim.map {
                Volume.Claim(claimName: $0, readOnly: volume.isReadOnly ? true : nil)
            }, hostPath: volume.folder.map { Volume.Folder(path: $0) })
    }
}
