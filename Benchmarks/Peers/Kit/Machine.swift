internal import Foundation
internal import Glibc

/// The machine that a run was on.
package struct Machine: Codable, Sendable, Equatable {
    /// The processor's name.
    package let processor: String
    /// The processors that the run could use.
    package let cores: Int
    /// Bytes of memory.
    package let memory: Int
    /// The file system that all was on, and what it lies on: memory or a disk.
    package let fileSystem: String
    /// The day, as `2026-11-23`.
    package let date: String
    /// The least peak that can be told, in bytes: what a command that needs nothing shows.
    package let floor: Int

    /// Facts given, for records and tests.
    package init(processor: String, cores: Int, memory: Int, fileSystem: String, date: String, floor: Int) {
        self.processor = processor
        self.cores = cores
        self.memory = memory
        self.fileSystem = fileSystem
        self.date = date
        self.floor = floor
    }

    /// This machine, working in `work`.
    package init(work: WorkFolder, meter: Meter) throws {
        let model = Meter.text(of: "/proc/cpuinfo").split(separator: "\n").first { $0.hasPrefix("model name") }
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withFullDate]
        self.init(
            processor: model?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown",
            cores: Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))),
            memory: Int(sysconf(Int32(_SC_PHYS_PAGES))) * Int(sysconf(Int32(_SC_PAGESIZE))),
            fileSystem: Self.fileSystem(of: work.path), date: formatter.string(from: Date()),
            floor: try meter.run(["true"], in: work.path, environment: [:], log: work.log).peak)
    }

    /// All of it in a line.
    package var summary: String {
        "\(Words.count(cores, "core")) of \(processor), \(Words.bytes(memory)) of memory, \(fileSystem), \(date)"
    }

    /// The free bytes of the file system that holds `path`.
    package static func freeBytes(at path: String) -> Int {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return .max }
        return Int(status.f_bavail) * Int(status.f_frsize)
    }

    /// The kind of the file system with the longest mount point that leads to `path`.
    private static func fileSystem(of path: String) -> String {
        var best = (point: "", kind: "unknown")
        for line in Meter.text(of: "/proc/self/mounts").split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 2 else { continue }
            let point = String(fields[1])
            let leads = point == "/" || path == point || path.hasPrefix(point + "/")
            if leads, point.utf8.count >= best.point.utf8.count { best = (point, String(fields[2])) }
        }
        return best.kind == "tmpfs" ? "a file system in memory (tmpfs)" : "\(best.kind) on a disk"
    }
}
