internal import Foundation

/// All that a run found out.
package struct Record: Codable, Sendable, Equatable {
    /// A tool, and which version of it there is.
    package struct Program: Codable, Sendable, Equatable {
        package let tool: String
        /// Nothing where it is not installed.
        package let version: String?

        /// A tool and its version.
        package init(tool: String, version: String?) {
            self.tool = tool
            self.version = version
        }
    }

    package private(set) var machine: Machine
    /// The link that was crossed, in words, where there was one.
    package let link: String?
    package private(set) var programs: [Program]
    package private(set) var workloads: [WorkloadFacts] = []
    package private(set) var samples: [Sample] = []

    /// A record without samples.
    package init(machine: Machine, programs: [Program], link: String? = nil) {
        self.machine = machine
        self.link = link
        self.programs = programs
    }

    /// Adds a workload.
    package mutating func add(_ workload: WorkloadFacts) { workloads.append(workload) }

    /// Adds a sample.
    package mutating func add(_ sample: Sample) { samples.append(sample) }

    /// `records` with those of the same link joined, in their order.
    package static func joined(_ records: [Record]) throws -> [Record] {
        var answer: [Record] = []
        for record in records {
            if let index = answer.firstIndex(where: { $0.link == record.link }) {
                try answer[index].add(record)
            } else {
                answer.append(record)
            }
        }
        return answer
    }

    /// Adds the workloads of a later run on the same machine with the same programs; none may be in both.
    package mutating func add(_ other: Record) throws {
        let mine = (machine.processor, machine.cores, machine.fileSystem)
        guard mine == (other.machine.processor, other.machine.cores, other.machine.fileSystem) else {
            throw PeersError("these are records of different machines or file systems; report them one by one")
        }
        guard link == other.link else {
            throw PeersError("these are records of different links; report them side by side")
        }
        for program in other.programs {
            if let known = programs.first(where: { $0.tool == program.tool }) {
                guard known.version == program.version else {
                    throw PeersError("\(program.tool) had another version in another record; measure again")
                }
            } else {
                programs.append(program)
            }
        }
        for workload in other.workloads {
            guard !workloads.contains(where: { $0.kind == workload.kind }) else {
                throw PeersError("\(workload.kind.rawValue) is in two records; give one of them")
            }
        }
        workloads += other.workloads
        samples += other.samples
    }

    /// The record in the file at `path`.
    package init(readFrom path: String) throws {
        self = try JSONDecoder().decode(Record.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// Writes it to the file at `path`, as JSON.
    package func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(self).write(to: URL(fileURLWithPath: path), options: .atomic)
    }
}
