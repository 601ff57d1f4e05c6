internal import Catalog
internal import Model

/// Work that can be asked for on a replica, on the vault of a site, or on a site.
struct ErrandForm: Sendable {
    /// What the work is on.
    enum Place: String, Sendable {
        case replica = "/v1/replicas/{site}/{dataset}"
        case vault = "/v1/vaults/{site}"
        case site = "/v1/sites/{site}"
    }

    /// The work.
    let verb: JobSpecification.Verb
    /// What it is on.
    let place: Place
    /// What it is called in the description, where another one has the name of the verb.
    var id: String?
    /// What it does.
    let summary: String
    /// What is needed for it.
    var scope = AccessToken.Scope.operate
    /// Members of the body that name places, or say more of the work than its verb has options for.
    var names: [Name] = []
    /// Members of the body that are options of the verb.
    var options: [ErrandOption] = []

    /// A member of the body that is part of the job itself.
    struct Name: Sendable {
        let name: String
        let schema: JSONSchema
        var isNeeded = false
        let read: @Sendable (inout BodyReader, inout JobSpecification) throws -> Void
    }

    /// The form of the body; nil where there is nothing to say.
    var body: JSONSchema? {
        let members = names.map { ($0.name, $0.schema) } + options.map { ($0.name, $0.schema) }
        guard !members.isEmpty else { return nil }
        let optional = Set(members.map(\.0)).subtracting(names.filter(\.isNeeded).map(\.name))
        return .object("What is to be done.", .init(members), optional: optional)
    }

    /// The job that a request asks for.
    func job(_ request: WebRequest) throws -> JobSpecification {
        var job = JobSpecification(verb, dataset: request.parameter("dataset"), site: request.parameter("site"))
        guard body != nil else { return job }
        var reader = try BodyReader(request.body)
        for name in names { try name.read(&reader, &job) }
        let words = try options.flatMap { try $0.words(&reader) }
        if !words.isEmpty { job.options = (job.options ?? []) + words }
        try reader.finish()
        return job
    }
}

extension ErrandForm.Name {
    /// The longest name.
    private static let nameMax = 63

    /// The name of a site or a dataset.
    static func place(
        _ name: String, _ help: String, isNeeded: Bool = false,
        _ set: @escaping @Sendable (inout JobSpecification, String) -> Void
    ) -> ErrandForm.Name {
        let schema = JSONSchema.text(help, pattern: Api.textPattern, max: nameMax, min: 1)
        return ErrandForm.Name(name: name, schema: schema, isNeeded: isNeeded) { body, job in
            guard let text = try body.plainText(name, max: nameMax) else {
                if isNeeded { throw BodyReader.fault(name, "text") }
                return
            }
            set(&job, text)
        }
    }

    /// One snapshot.
    static let snapshot = ErrandForm.Name(name: "snapshot", schema: snapshotSchema) { body, job in
        job.snapshot = try body.plainText("snapshot", max: 100)
    }

    /// One snapshot, which must be named.
    static let neededSnapshot = ErrandForm.Name(name: "snapshot", schema: snapshotSchema, isNeeded: true) { body, job in
        try snapshot.read(&body, &job)
        guard job.snapshot != nil else { throw BodyReader.fault("snapshot", "text") }
    }

    private static let snapshotSchema = JSONSchema.text(
        "4 or more digits of an ID, `latest`, `latest~1`, or an instant.", pattern: Api.textPattern, max: 100, min: 1)

    /// A flag of the job.
    static func flag(
        _ name: String, _ help: String, _ set: @escaping @Sendable (inout JobSpecification) -> Void
    ) -> ErrandForm.Name {
        ErrandForm.Name(name: name, schema: .flag(help)) { body, job in
            if try body.flag(name) == true { set(&job) }
        }
    }

    /// Ends that damaged chunks are healed from.
    static let sources = ErrandForm.Name(
        name: "from",
        schema: .list(
            .text("`SITE` for its vault, or `SITE:DATASET`.", pattern: "^\(Api.endForm)?$", max: 127, min: 1),
            "Where damaged chunks are taken from; without any, only the index is healed.", max: 100)
    ) { body, job in
        let ends = try body.list("from", max: 100).map { try BodyReader.plainText($0, "from", max: 127) }
        for end in ends where !Api.isEnd(end) && !Api.isName(end) {
            throw BodyReader.fault("from", "SITE or SITE:DATASET")
        }
        if !ends.isEmpty { job.options = ends.map { $0.contains(":") ? "--from=\($0)" : "--from=\($0):" } }
    }
}
