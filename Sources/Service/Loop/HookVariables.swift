internal import Catalog
internal import Scheduling

/// What hooks are told, by variables of their environment.
enum HookVariables {
    /// Those of a hook of an attempt; `result` is that of the work, once it is done.
    static func of(_ hook: Hook, _ order: WorkOrder, _ result: WorkResult?) -> [String: String] {
        var out = [
            "PERIGEE_MOMENT": hook.moment.rawValue, "PERIGEE_RUN": "\(order.id)",
            "PERIGEE_SCHEDULE": order.id.schedule, "PERIGEE_DUE": "\(order.id.due)",
            "PERIGEE_ATTEMPT": "\(order.attempt)", "PERIGEE_VERB": order.job.verb.rawValue,
            "PERIGEE_DATASET": order.job.dataset, "PERIGEE_TO_SITE": order.job.site,
            "PERIGEE_FROM_SITE": order.from ?? "",
        ]
        guard let result else { return out }
        out["PERIGEE_MESSAGE"] = result.message
        out["PERIGEE_OUTCOME"] =
            switch result.kind {
            case .done: "done"
            case .partial: "partial"
            case .failed: "failed"
            case .stopped: "stopped"
            }
        return out
    }
}
