import Catalog
import Configurations
import Foundation
import Model
import Scheduling
import Service
import Testing

@Suite("What a configuration says to the daemon")
struct ServiceSettingsTests {
    static let head = """
        version: 1
        here: desk
        sites:
          desk: { attributes: { country: DE } }
          lab: { attributes: { country: DE }, vault: "vault:/lab" }
          cellar: { attributes: { country: FR }, vault: "vault:/cellar" }
          abroad: { attributes: { country: US }, vault: "vault:/abroad" }
        datasets:
          d: { class: personal, source: desk, replicas: { desk: /s, lab: "vault:/lab#d" } }
        classes:
          personal: { store: "country in {DE, FR}" }

        """

    static func read(_ more: String) throws -> ServiceSettings {
        let configuration = try PerigeeConfiguration.read(Array((head + more).utf8), at: "p.yaml")
        return try ServiceSettings(configuration, file: "p.yaml", zones: SystemZones.table)
    }

    @Test("is schedules with their work, and those that rules make")
    func schedules() throws {
        let settings = try Self.read(
            """
            schedules:
              - { name: nightly, replicate: d, to: lab, at: "0 2 * * *", zone: Europe/Berlin, budget: nights }
              - { name: check, verify: d, in: lab, data: true, needs: [nightly] }
            budgets:
              nights: { night: { bytes: 1GiB } }
            replication:
              - { name: thrice, dataset: d, copies: 3, rpo: 1h, priority: 200 }
            limits: { transfers: 2 }
            """)
        #expect(settings.schedules.map(\.specification.name) == ["nightly", "check", "thrice:lab", "thrice:cellar"])
        #expect(settings.schedule("check")?.job.data == true)
        #expect(settings.schedule("thrice:lab")?.specification.priority == 100)
        #expect(settings.rules.runsMax == 2)
        #expect(settings.targets.map(\.site) == ["desk", "lab", "cellar"])
        #expect(settings.targets.first?.isSource == true)
    }

    @Test(
        "divides memory and threads of the host among the runs that work at once, and lets no more work than have room")
    func limits() throws {
        let four = try Self.read("limits: { memory: 512MiB, threads: 9 }")
        #expect(four.rules.runsMax == 4 && four.share.threads == 2 && four.share.memory == 128 << 20)
        let two = try Self.read("limits: { memory: 130MiB }")
        #expect(two.rules.runsMax == 2 && two.share.threads == nil && two.share.memory == 65 << 20)
        let many = try Self.read("limits: { transfers: 8, threads: 2, memory: 1GiB }")
        #expect(many.rules.runsMax == 8 && many.share.threads == 1)
        #expect(try Self.read("").share == WorkShare())
    }

    @Test("passes over sites where a policy forbids a copy, and says so")
    func residency() throws {
        let settings = try Self.read(
            """
            replication:
              - { dataset: d, copies: 4 }
            """)
        let refused = try #require(settings.targets.first { $0.refusal != nil })
        #expect(refused.site == "abroad")
        #expect(refused.refusal?.contains("personal.store denies store of personal at abroad") == true)
        #expect(settings.schedule("d:abroad") == nil)
        let job = JobSpecification(.replicate, dataset: "d", site: "lab", via: "abroad")
        #expect(settings.residency.denial(of: job, from: "desk", here: "desk") == nil)
        let away = JobSpecification(.replicate, dataset: "d", site: "abroad")
        #expect(settings.residency.denial(of: away, from: "desk", here: "desk") != nil)
    }

    @Test("takes the only place that is described for the source, and asks where there are several")
    func origin() throws {
        let two = """
            version: 1
            sites: { a: {}, b: { vault: "vault:/b" } }
            datasets: { d: { replicas: { a: /d } } }
            replication: [{ dataset: d, copies: 2 }]
            """
        func read(_ text: String) throws -> ServiceSettings {
            let configuration = try PerigeeConfiguration.read(Array(text.utf8), at: "p.yaml")
            return try ServiceSettings(configuration, file: "p.yaml", zones: SystemZones.table)
        }
        #expect(try read(two).targets.map { "\($0.site) \($0.isSource)" } == ["a true", "b false"])
        let error = #expect(throws: PerigeeError.self) {
            try read(two.replacingOccurrences(of: "a: /d", with: "a: /d, b: \"vault:/b#d\""))
        }
        #expect(
            error?.place == "p.yaml:3:13" && error?.remedy?.contains("source: SITE") == true,
            "\(String(describing: error))")
    }

    @Test("judges the way, too: a relay, and a host that moves the bytes")
    func route() throws {
        let settings = try Self.read(
            """
            policies:
              - { id: no-relay-abroad, verbs: [transit], deny: "country = US" }
            """)
        let via = JobSpecification(.replicate, dataset: "d", site: "lab", via: "abroad")
        #expect(settings.residency.denial(of: via, from: "desk", here: "desk")?.contains("no-relay-abroad") == true)
        let plain = JobSpecification(.replicate, dataset: "d", site: "lab")
        #expect(
            settings.residency.denial(of: plain, from: "desk", here: "abroad")?.contains("transit.plaintext") == true)
        #expect(settings.residency.denial(of: plain, from: "desk", here: "cellar") == nil)
    }

    @Test(
        "is refused with place and remedy where it is wrong",
        arguments: [
            ("schedules:\n  - { replicate: d, to: lab }\n", "no name"),
            ("schedules:\n  - { name: a, replicate: x, to: lab }\n", "no dataset called \"x\""),
            ("schedules:\n  - { name: a, replicate: d, to: labb }\n", "no site called \"labb\""),
            ("schedules:\n  - { name: a, replicate: d }\n", "does not say where"),
            ("schedules:\n  - { name: a, to: lab }\n", "does nothing"),
            ("schedules:\n  - { name: a, replicate: d, verify: d, to: lab }\n", "several things"),
            ("schedules:\n  - { name: a, verify: d, in: desk }\n", "no vault"),
            ("schedules:\n  - { name: a, replicate: d, to: lab, at: \"0 25 * * *\" }\n", "no hour 25"),
            ("schedules:\n  - { name: a, replicate: d, to: lab, sometimes: 3 }\n", "sometimes is not known"),
            ("schedules:\n  - { name: a, replicate: d, to: lab, data: true }\n", "data is not understood"),
            ("schedules:\n  - { name: a, replicate: d, to: lab, budget: b }\n", "no budget"),
            ("budgets: { b: { night: { money: lots } } }\n", "no value for money"),
            ("budgets: { b: { night: { money: -1 } } }\n", "no value for money"),
            ("hooks:\n  - { before: x, after: y }\n", "before or after"),
            ("hooks:\n  - { before: x, schedules: [a] }\n", "which is not there"),
            ("serve: { log: xml }\n", "no value for log"),
            ("serve: { agent: { listen: \"1\" } }\n", "serves nothing"),
            (
                "replication:\n  - { dataset: d, copies: 1, site_expression: \"country ~ DE\" }\n",
                "site_expression of d"
            ),
        ])
    func faults(_ text: String, _ message: String) {
        let error = #expect(throws: PerigeeError.self) { try Self.read(text) }
        #expect(error?.code == .usage)
        #expect(error?.message.contains(message) == true, "\(String(describing: error))")
        #expect(error?.remedy != nil)
    }
}
