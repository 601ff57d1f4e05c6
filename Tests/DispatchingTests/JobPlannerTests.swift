import Dispatching
import Model
import Placement
import Testing

/// Jobs that are made of decisions.
@Suite("From a decision to jobs")
struct JobPlannerTests {
    private static let story = """
        schema: perigee.scenario/1
        name: two places
        sites:
          a:
            offers:
              own: {price_per_hour: 9, executor: shell}
              idle: {price_per_hour: 0}
          b:
            offers:
              cluster: {price_per_hour: 3.60, min_billing: 1m, queue: 30s,
                        executor: {kind: slurm, host: me@login, folder: /scratch/jobs, partition: long}}
        links: [{from: a, to: b, bandwidth: 1Gbit/s, price_per_gb: 0.02, both_ways: true}]
        datasets:
          corpus: {size: 10GB, at: {a: 1, b: 0.9}, paths: {a: /data/corpus, b: "me@login:/data/corpus"}}
        workloads:
          train:
            reads: [corpus]
            runtime: 1h
            run: {command: [train, --epochs, "3"], environment: {SEED: "1"}, timeout: 2h}
            outputs: {model: {size: 1GB, to: a, paths: {a: /models}}, report: {size: 1KB}}
          judge:
            reads: [train.report, train.model]
            runtime: 10m
            run: {shell: "cat \\"$PERIGEE_INPUT_TRAIN_REPORT\\"/*"}
        """

    private static var places: JobPlaces {
        JobPlaces(
            dataset: { dataset, site in
                guard let written = dataset.paths[site] else { throw PerigeeError(.usage, "nowhere", at: site) }
                return .init(endpoint: written, path: String(written.split(separator: ":").last ?? ""))
            },
            written: { text, _ in .init(endpoint: text, path: text) },
            executor: { executor, _ in
                let folder = executor.folder ?? "/state/work"
                return (executor, .init(endpoint: (executor.host.map { $0 + ":" } ?? "") + folder, path: folder))
            })
    }

    private func jobs(_ text: String = story, at site: String? = nil) throws -> [JobRecord] {
        var scenario = try Scenario(files: [.init(name: "s.yaml", text: text)])
        if let site { scenario = try scenario.pinned(to: site) }
        let able = try scenario.executable()
        let decision = try Decision.make(able, book: .empty)
        let planner = JobPlanner(
            try able.priced(by: .empty).scenario, decision, places: Self.places, cause: "c")
        return try planner.jobs(batch: Some.batch, at: 100)
    }

    @Test("what is missing is brought, work runs where it was decided, and what it makes goes where it must be")
    func whole() throws {
        let made = try jobs()
        #expect(made.map(\.workload) == ["train", "judge"])
        let (train, judge) = (made[0], made[1])
        #expect(train.site == "b" && train.offer == "cluster" && train.way == "stage and keep")
        #expect(train.order.folder == "/scratch/jobs/\(Some.id(1))")
        #expect(train.order.inputs == [.init(name: "corpus", path: "/data/corpus")])
        #expect(train.stages.map(\.from) == ["/data/corpus"] && train.stages.map(\.to) == ["me@login:/data/corpus"])
        #expect(train.stages[0].expected?.bytes == 1_000_000_000)
        #expect(train.stages[0].expected?.money == Money(micros: 20_000))
        #expect(train.returns.map(\.from) == ["me@login:/scratch/jobs/\(Some.id(1))/outputs/model"])
        #expect(train.returns.map(\.to) == ["/models"])
        #expect(train.expected.compute == Money(micros: 3_600_000) && train.expected.queue == 30)
        // What it reads of another job of the same place lies there already.
        #expect(judge.parents == [train.id] && judge.stages.isEmpty)
        #expect(judge.order.inputs.map(\.path) == ["report", "model"].map { train.order.outputFolder($0) })
    }

    @Test("what a job of another place made is brought into the folder of the one that reads it")
    func handed() throws {
        let text = Self.story.replacing(
            "reads: [train.report, train.model]", with: "reads: [train.report]\n    sites: site = a")
        let judge = try jobs(text)[1]
        #expect(judge.site == "a")
        #expect(judge.stages.map(\.from) == ["me@login:/scratch/jobs/\(Some.id(1))/outputs/report"])
        #expect(judge.stages.map(\.to) == ["/state/work/\(Some.id(2))/inputs/train.report"])
        #expect(judge.order.inputs.map(\.path) == ["/state/work/\(Some.id(2))/inputs/train.report"])
    }

    @Test("work at the data brings nothing")
    func atTheData() throws {
        let train = try jobs(at: "a")[0]
        #expect(train.way == "run at the data" && train.stages.isEmpty && train.order.executor.kind == .shell)
        // What is made where it must be goes to its place there.
        #expect(train.returns.map(\.to) == ["/models"])
    }

    @Test("what cannot be executed is told, with what to write")
    func faults() throws {
        func fault(_ change: (String, String), at site: String? = nil) -> PerigeeError? {
            do {
                _ = try jobs(Self.story.replacing(change.0, with: change.1), at: site)
                return nil
            } catch { return error as? PerigeeError }
        }
        let silent = fault(
            ("    run: {command: [train, --epochs, \"3\"], environment: {SEED: \"1\"}, timeout: 2h}\n", ""))
        #expect(silent?.message == "the workload train says nothing to run" && silent?.code == .usage)
        let nowhere = fault((", paths: {a: /models}", ""))
        #expect(nowhere?.message == "nothing says where train.model goes at a" && nowhere?.code == .usage)
        let twice = fault(("[train.report, train.model]", "[train.report, train.model, corpus]\n    run_x: 1"))
        #expect(twice?.code == .usage)
        let folder = fault(("report: {size: 1KB}", "../report: {size: 1KB}"))
        #expect(folder?.code == .usage)
        let same = fault(("report", "Model"))
        #expect(same?.message.contains("PERIGEE_OUTPUT_MODEL") == true)
    }

    @Test(
        "what a pod would lose or not see is told before anything moves",
        arguments: [
            ("{claim: scratch, at: /scratch}, {claim: corpus, at: /data/corpus}", nil),
            ("{claim: scratch, at: /scratch/}, {folder: /srv/data, at: /data}", nil),
            ("{claim: corpus, at: /data}", "no volume that can be written is at /scratch/jobs/"),
            (
                "{claim: scratch, at: /scratch/job}, {claim: corpus, at: /data}",
                "no volume that can be written is at /scratch/jobs/"
            ),
            (
                "{claim: scratch, at: /scratch, read_only: true}, {claim: corpus, at: /data}",
                "no volume that can be written is at /scratch/jobs/"
            ),
            (
                "{claim: scratch, at: /scratch}",
                "no volume is at /data/corpus: work would not see what is brought there"
            ),
        ] as [(String, String?)])
    func volumes(written: String, told: String?) throws {
        let text = Self.story.replacing(
            "{kind: slurm, host: me@login, folder: /scratch/jobs, partition: long}",
            with: "{kind: kubernetes, image: train, host: me@login, folder: /scratch/jobs, volumes: [\(written)]}")
        guard let told else {
            #expect(try jobs(text).count == 2)
            return
        }
        #expect { try jobs(text) } throws: { error in
            let error = error as? PerigeeError
            return error?.code == .usage && error?.message.contains(told) == true
        }
    }

    @Test(
        "what is wrong in the parts that are run is told with its place",
        arguments: [
            ("executor: shell", "executor: ssh", "\"ssh\" alone is no executor"),
            ("executor: shell", "executor: {kind: pigeon}", "\"pigeon\" is not one of"),
            ("executor: shell", "executor: {kind: kubernetes, folder: /f}", "image is missing"),
            ("executor: shell", "executor: {kind: shell, host: x}", "a shell is on this host"),
            ("host: me@login", "host: -oProxyCommand=x", "begins with -"),
            (", folder: /scratch/jobs", "", "folder is missing"),
            ("[train, --epochs, \"3\"]", "[--epochs]", "the first word is no program"),
            ("[train, --epochs, \"3\"]", "[train], shell: x", "both or none"),
            ("{SEED: \"1\"}", "{PERIGEE_JOB: \"1\"}", "no name of a variable"),
            ("{SEED: \"1\"}", "{\"A B\": \"1\"}", "no name of a variable"),
            ("timeout: 2h", "timeout: 1ms", "less than a second"),
            ("paths: {a: /models}", "paths: {c: /models}", "there is no site c"),
            ("paths: {a: /models}", "paths: {a: -x}", "is no place"),
        ])
    func wrong(part: String, instead: String, told: String) throws {
        let text = Self.story.replacing(part, with: instead)
        #expect { try Scenario(files: [.init(name: "s.yaml", text: text)]) } throws: { error in
            let error = error as? PerigeeError
            return error?.code == .usage && error?.message.contains(told) == true
                && error?.place?.hasPrefix("s.yaml:") == true
        }
    }
}
