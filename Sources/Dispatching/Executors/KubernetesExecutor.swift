internal import FoundationEssentials
internal import Model
internal import Placement
internal import Wire

/// Runs jobs by a Kubernetes cluster, by `kubectl` on this host or through `ssh`.
///
/// A job is a Job of the name `perigee-ID`, made once. Kubernetes itself may in rare cases start a pod a second time, as when
/// a node comes back that was given up.
public struct KubernetesExecutor: JobExecutor {
    private let shell: any HostShell

    /// The cluster whose `kubectl` is found by `shell`.
    public init(_ shell: any HostShell) { self.shell = shell }

    /// The manifest.
    public func rendered(_ job: JobRecord) throws -> String { try KubernetesManifest(job).json() }

    /// Makes the Job, where there is none of its name.
    public func submit(_ job: JobRecord) throws -> String {
        let manifest = try KubernetesManifest(job).json()
        let script = """
            \(Self.needed)
            out=$(printf %s \(CommandWords.quoted(manifest)) | \(Self.kubectl(job)) create -f - 2>&1) && exit 0
            case $out in *AlreadyExists*) exit 0;; esac
            printf '%s\\n' "$out" >&2
            \(Self.retryIfSilent)

            """
        _ = try shell.done(script, "making the Job of Kubernetes")
        return "\(job.order.executor.namespace ?? "default")/\(KubernetesManifest.name(job))"
    }

    /// Asks for the Job's conditions.
    public func look(_ job: JobRecord) throws -> JobSighting {
        let script = """
            \(Self.needed)
            exec 3>&1
            # What it warns of is none of its answer.
            out=$(\(Self.kubectl(job)) get job \(KubernetesManifest.name(job)) --ignore-not-found -o json 2>&1 >&3 3>&-) && exit 0
            printf '%s\\n' "$out" >&2
            \(Self.retryIfSilent)

            """
        let text = try shell.done(script, "asking Kubernetes").text
        if text.allSatisfy(\.isWhitespace) { return .absent }
        return try KubernetesStatus(text, at: shell.name).sighting
    }

    /// Deletes the Job, and its pods with it.
    public func end(_ job: JobRecord, byForce isForced: Bool) throws {
        let force = isForced ? " --grace-period=0 --force" : ""
        let script = """
            \(Self.needed)
            out=$(\(Self.kubectl(job)) delete job \(KubernetesManifest.name(job)) --ignore-not-found --wait=false --cascade=foreground\(force) 2>&1) && exit 0
            printf '%s\\n' "$out" >&2
            \(Self.retryIfSilent)

            """
        _ = try shell.done(script, "having Kubernetes delete the Job")
    }

    /// What its pod wrote; the last of it where that is more than is kept.
    public func log(_ job: JobRecord) throws -> [UInt8] {
        let script = """
            \(Self.needed)
            \(Self.kubectl(job)) logs job/\(KubernetesManifest.name(job)) 2>/dev/null | tail -c \(job.order.logMax)
            exit 0

            """
        return try HostLog.read(script, job, shell)
    }

    private static let needed = "command -v kubectl >/dev/null || { echo 'kubectl is not installed' >&2; exit 69; }"
    /// What the network lost may come back.
    private static let retryIfSilent =
        "case $out in *refused*|*imeout*|*'timed out'*|*'no such host'*|*EOF*|*'service unavailable'*) exit 75;; esac; exit 1"

    private static func kubectl(_ job: JobRecord) -> String {
        let executor = job.order.executor
        var words = ["kubectl", "--request-timeout=30s", "--namespace=\(executor.namespace ?? "default")"]
        if let context = executor.context { words.append("--context=\(context)") }
        return words.map { CommandWords.quoted($0) }.joined(separator: " ")
    }
}

/// What Kubernetes says of a Job.
package struct KubernetesStatus: Decodable {
    struct Condition: Decodable {
        var type: String
        var status: String
        var reason: String?
        var message: String?
        var lastTransitionTime: String?
    }

    struct Status: Decodable {
        var conditions: [Condition]?
        var startTime: String?
        var completionTime: String?
        var active: Int?
        var ready: Int?
    }

    struct Metadata: Decodable {
        var deletionTimestamp: String?
    }

    var metadata: Metadata
    var status: Status?

    /// Reads what `kubectl get job -o json` prints.
    ///
    /// - Throws: `format` where it is something else.
    package init(_ text: String, at place: String) throws {
        do {
            self = try JSONDecoder().decode(KubernetesStatus.self, from: Data(text.utf8))
        } catch {
            throw PerigeeError(
                .format, "kubectl tells nothing that can be read: \(text.prefix(80))", at: place,
                remedy: "see what kubectl get job -o json prints there", cause: error)
        }
    }

    package var sighting: JobSighting {
        let began = Self.seconds(status?.startTime)
        func condition(_ type: String) -> Condition? {
            status?.conditions?.first { $0.type == type && $0.status == "True" }
        }
        if condition("Complete") != nil {
            let ended = Self.seconds(status?.completionTime) ?? began ?? 0
            return .ended(0, began: began ?? ended, ended: ended)
        }
        if let failed = condition("Failed") {
            let ended = Self.seconds(failed.lastTransitionTime) ?? began ?? 0
            // Its deadline is as what `timeout` says; else the command's own status is not among the Job's.
            return failed.reason == "DeadlineExceeded"
                ? .ended(124, began: began ?? ended, ended: ended) : .ended(1, began: began ?? ended, ended: ended)
        }
        if metadata.deletionTimestamp != nil { return .running(since: began) }
        if let active = status?.active, active > 0 {
            return status?.ready.map { $0 > 0 } ?? true ? .running(since: began) : .queued("its pod is not ready yet")
        }
        return .queued("Kubernetes has made no pod yet")
    }

    private static func seconds(_ text: String?) -> Double? {
        text.flatMap(Timestamp.init(rfc3339:)).map { Double($0.seconds) }
    }
}
