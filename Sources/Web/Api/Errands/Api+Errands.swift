internal import Catalog
internal import HTTPTypes
internal import Model

extension Api {
    /// Work that is asked for once; it is a run like others.
    var errands: [Operation] { ErrandForm.all.map(errand) }

    private func errand(_ form: ErrandForm) -> Operation {
        let verb = form.verb.rawValue
        return Operation(
            method: .post, path: "\(form.place.rawValue)/\(verb)", id: form.id ?? verb, summary: form.summary,
            tag: "errands",
            scope: form.scope, parameters: Self.parameters(form.place), body: form.body,
            answer: .init(status: 202, help: "The run was issued.", schema: "Started"), isKeyed: true,
            problems: [404, 409, 422]
        ) { [self] request in
            try keyed.once(request) {
                let job = try form.job(request)
                try check(job, request.caller)
                guard let id = try desk.perform(.errand(job), by: request.caller.name) else {
                    throw PerigeeError(.conflict, "no run was issued", at: "\(job)", canRetry: true)
                }
                return Self.started(id)
            }
        }
    }

    private static func parameters(_ place: ErrandForm.Place) -> [Operation.Parameter] {
        place == .replica ? [siteParameter, datasetParameter] : [siteParameter]
    }

    /// Refuses what is well formed and cannot be meant, before there is a run of it.
    private func check(_ job: JobSpecification, _ caller: Caller) throws {
        for site in [job.site, job.from, job.via].compactMap({ $0 }) { try checkSite(site) }
        for name in [job.dataset, job.into ?? ""] where !name.isEmpty { try checkDataset(name) }
        switch job.verb {
        case .restore:
            let tree = job.into ?? job.dataset
            let isSource = desk.state.replicas.contains { $0.isSource && ($0.dataset, $0.site) == (tree, job.site) }
            guard !isSource || caller.may(.admin) else {
                throw PerigeeError(
                    .denied, "people write there, and what they wrote since would be replaced",
                    at: "\(job.site):\(tree)", remedy: "use a token with the scope admin, or restore to another place")
            }
        case .forget:
            let rules = (job.options ?? []).filter { $0.hasPrefix("--keep-") && !$0.hasSuffix("=0") }
            guard (job.snapshot == nil) != rules.isEmpty else {
                throw Problem(
                    422,
                    PerigeeError(
                        .usage,
                        rules.isEmpty ? "nothing says what is kept" : "a snapshot is named, and rules are given",
                        at: "body", remedy: "give one or more of keep_last, keep_daily, ..., or name one snapshot"))
            }
        case .repair:
            for option in job.options ?? [] {
                let parts = option.dropFirst("--from=".count).split(separator: ":")
                try checkSite(String(parts[0]))
                if parts.count > 1 { try checkDataset(String(parts[1])) }
            }
        default: break
        }
    }
}
