/// What the states of Slurm mean.
package enum SlurmStates {
    private static let waiting: Set<String> = [
        "PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED", "SPECIAL_EXIT", "RESV_DEL_HOLD",
    ]
    private static let working: Set<String> = [
        "RUNNING", "COMPLETING", "SUSPENDED", "STOPPED", "SIGNALING", "STAGE_OUT", "RESIZING",
    ]

    /// What `slurm STATE REASON` and `began SECONDS` mean; nil where the text has no such line.
    package static func sighting(_ text: String) -> JobSighting? {
        let lines = text.split(whereSeparator: \.isNewline).map { $0.split(separator: " ").map(String.init) }
        guard let line = lines.first(where: { $0.first == "slurm" }), line.count > 1 else { return nil }
        let began = lines.first { $0.first == "began" }?.dropFirst().first.flatMap { JobScript.instant($0) }
        // `CANCELLED by 1000`, `CANCELLED+`.
        let state = String(line[1].prefix { $0 != "+" })
        let reason = line.count > 2 && line[2] != "None" && line[2] != "by" ? line[2] : ""
        switch state {
        case "NONE": return .absent
        case _ where waiting.contains(state): return .queued(told(reason))
        case _ where working.contains(state): return .running(since: began)
        // Its folder may be slow to show here what was written there.
        case "COMPLETED":
            return .lost(
                "Slurm says that it completed, and its folder has no result: is that shared with the nodes?",
                isSure: false)
        default: return .lost("Slurm ended it: \(state)\(reason.isEmpty ? "" : " (\(reason))")", isSure: true)
        }
    }

    /// Why it waits, for people.
    private static func told(_ reason: String) -> String {
        switch reason {
        case "Resources": "Slurm waits for a free node"
        case "Priority": "Slurm has others before it"
        case "", "Null": ""
        default: "Slurm says \(reason)"
        }
    }
}
