import Foundation
import PeersKit
import Testing

@Suite("The report")
struct ReportTests {
    private static let machine = Machine(
        processor: "Example 1", cores: 2, memory: 8 << 30, fileSystem: "ext4 on a disk", date: "2030-01-02",
        floor: 4 << 20)

    private func sample(
        _ tool: String, _ phase: Phase, _ wall: Double, round: Int = 1, outcome: Sample.Outcome = .right,
        note: String = "", workload: Kind = .many
    ) -> Sample {
        Sample(
            workload: workload, tool: tool, phase: phase, round: round, outcome: outcome, wallSeconds: wall,
            userSeconds: wall, systemSeconds: 0, peakBytes: 30 << 20, destinationBytes: 1 << 20, foreignSeconds: 0,
            attributesLost: 0, note: note)
    }

    private func record(_ samples: [Sample], workload: Kind = .many) -> Record {
        var record = Record(
            machine: Self.machine,
            programs: [
                Record.Program(tool: "perigee sync", version: "1.2.3"), Record.Program(tool: "rsync", version: "3.4.5"),
                Record.Program(tool: "restic auto", version: nil), Record.Program(tool: "restic off", version: nil),
            ])
        record.add(WorkloadFacts(kind: workload, bytes: 3 << 20, files: 1200, change: "a renamed"))
        for sample in samples { record.add(sample) }
        return record
    }

    @Test("has medians beside Perigee's, in a table of Markdown")
    func showsMedians() {
        let walls = [("perigee sync", [2.0, 1.0, 9.0]), ("rsync", [5.0, 3.0, 4.0])]
        let samples = walls.flatMap { tool, walls in
            walls.enumerated().map { sample(tool, .first, $1, round: $0 + 1) }
        }
        let markdown = Report(record(samples)).markdown
        #expect(
            markdown.contains(
                """
                **many small files: 1,200 files, 3.0 MiB**; the change: a renamed

                | folder to folder | first run | memory | runs |
                |---|---:|---:|---:|
                | **perigee sync** | **2.00 (2.00)** | **30.0 MiB** | **3** |
                | rsync | 4.00 (4.00) 2.0x | 30.0 MiB | 3 |
                """))
        #expect(
            markdown.contains(
                "| perigee sync | `perigee sync A B --delete` | `perigee sync A B --delete --checksum` |"))
        #expect(markdown.contains("Versions: perigee 1.2.3, rsync 3.4.5."))
        let words = markdown.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(words.contains("Not installed, so not measured: restic (apt-get install restic)."))
        #expect(!markdown.contains("Faster than Perigee"))
    }

    @Test("shows no time of a wrong result, and says why")
    func hidesWrongTimes() {
        let text = Report(
            record([
                sample("perigee sync", .first, 2), sample("rsync", .first, 1, outcome: .wrong, note: "a is missing"),
            ])
        ).text
        #expect(text.contains("WRONG"))
        #expect(text.contains("rsync, first run, wrong: a is missing"))
        #expect(!text.contains("1.00"))
        #expect(!text.contains("Faster than Perigee"))
    }

    @Test("says where another tool is faster")
    func admitsFaster() {
        let text = Report(
            record([
                sample("perigee sync", .first, 2), sample("perigee sync", .again, 2), sample("rsync", .first, 3),
                sample("rsync", .again, 1),
            ])
        ).text
        #expect(text.contains("Faster than Perigee: rsync (nothing changed)."))
    }

    @Test("joins records of different workloads, and refuses the same one twice")
    func joinsRecords() throws {
        var joined = record([sample("rsync", .first, 1)])
        try joined.add(record([sample("rsync", .first, 2, workload: .table)], workload: .table))
        #expect(joined.workloads.map(\.kind) == [.many, .table])
        #expect(joined.samples.count == 2)
        #expect(throws: PeersError.self) { try joined.add(record([])) }
    }

    @Test("survives being written and read")
    func roundTrips() throws {
        let scratch = try Scratch()
        let record = record([sample("rsync", .first, 1.25, note: "ä")])
        try record.write(to: "\(scratch.path)/record.json")
        #expect(try Record(readFrom: "\(scratch.path)/record.json") == record)
    }

    @Test("replaces what is between the marks of a document, and nothing else")
    func replacesSection() throws {
        let document = "# A\n\n<!-- measured:begin -->\nold\n\n<!-- measured:end -->\n\nafter\n"
        let replaced = try MarkedSection.replaced(in: document, by: "new\n\n")
        #expect(replaced == "# A\n\n<!-- measured:begin -->\nnew\n<!-- measured:end -->\n\nafter\n")
        #expect(throws: PeersError.self) { try MarkedSection.replaced(in: "# A\n", by: "new") }
    }
}
