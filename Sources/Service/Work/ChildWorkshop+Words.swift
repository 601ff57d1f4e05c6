internal import Catalog

// What people would write on the command line.
extension ChildWorkshop {
    /// The verb that does the work of an attempt, with all that it is told.
    func words(_ order: WorkOrder, _ files: AttemptFiles) -> [String] {
        let limit = ["--limit", "@\(files.limit)"]
        let words =
            switch order.job.verb {
            case .replicate, .snapshot, .restore: Self.move(order) + limit
            case .recall:
                ["sync", Self.end(order.job.site, order.job), "\(order.job.site):\(order.job.dataset)"] + limit
            case .gc: ["gc", "\(order.job.site):"] + limit
            case .verify: ["verify", "\(order.job.site):\(order.job.dataset)"] + (order.job.data ? ["--data"] : [])
            case .forget: ["forget", Self.end(order.job.site, order.job)]
            case .repair: ["repair", "\(order.job.site):"]
            case .rotate: ["keys", "rotate", "\(order.job.site):"]
            case .probe: ["probe", order.job.site]
            }
        return words + (order.job.options ?? []) + ["--json", "--progress", "json"] + options
    }

    /// Brings data from one site to another.
    private static func move(_ order: WorkOrder) -> [String] {
        let job = order.job
        let via = job.via.map { ["--via", $0] } ?? []
        switch job.verb {
        case .snapshot:
            return ["snapshot", "\(order.from ?? job.site):\(job.dataset)", "\(job.site):\(job.dataset)"] + via
        case .restore:
            return ["restore", end(order.from ?? job.site, job), "\(job.site):\(job.into ?? job.dataset)"]
        default:
            let from = order.from.map { ["--from", $0] } ?? []
            return ["replicate", job.dataset, "--to", job.site] + from + via + (job.delete ? ["--delete"] : [])
        }
    }

    /// The dataset of a job at a site, and the snapshot of it that is meant.
    private static func end(_ site: String, _ job: JobSpecification) -> String {
        "\(site):\(job.dataset)\(job.snapshot.map { "@\($0)" } ?? "")"
    }
}
