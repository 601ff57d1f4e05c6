internal import Content
internal import Hashing
internal import Model
internal import Replication
internal import Workers

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// What the machine has: processor, libraries, system, limits, memory, clock.
enum MachineFindings {
    /// All of them.
    static var all: [Finding] {
        [processor, kernels, cipher, libraries, system, openFiles, memory, clock].compactMap { $0 }
    }

    private static var processor: Finding {
        Finding("processors", .good, "\(Crew.processors) usable")
    }

    private static var kernels: Finding {
        let names = Blake3.kernels.map(\.name)
        guard names == ["portable"] else { return Finding("kernels", .good, names.joined(separator: ", ")) }
        return Finding(
            "kernels", .fair, "portable", remedy: "this processor has no SIMD that is known here: hashing is slower")
    }

    private static var cipher: Finding {
        guard Cipher.preferred == .aes256GCM else {
            return Finding(
                "cipher", .good, "\(Cipher.preferred.name): this processor has no instructions for AES")
        }
        return Finding("cipher", .good, "\(Cipher.preferred.name), by instructions of the processor")
    }

    private static var libraries: Finding {
        Finding("libraries", .good, Libraries.versions.map { "\($0.name) \($0.version)" }.joined(separator: ", "))
    }

    /// Linux 5.6 has `openat2`, by which no path leaves its tree.
    private static var system: Finding {
        var name = utsname()
        guard uname(&name) == 0 else { return Finding("system", .fair, "unknown") }
        let release = withUnsafeBytes(of: name.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let parts = release.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
        let isNewEnough = parts.count == 2 && (parts[0], parts[1]) >= (5, 6)
        return Finding(
            "system", isNewEnough ? .good : .bad, "Linux \(release)",
            remedy: isNewEnough ? nil : "use Linux 5.6 or later, whose openat2 keeps paths inside their tree")
    }

    private static var openFiles: Finding {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return Finding("open files", .fair, "unknown")
        }
        let detail = "\(limit.rlim_cur) at once, up to \(limit.rlim_max)"
        if limit.rlim_cur >= 1024 { return Finding("open files", .good, detail) }
        return Finding(
            "open files", limit.rlim_cur < 128 ? .bad : .fair, detail, remedy: "raise the limit: ulimit -n 4096")
    }

    private static var memory: Finding {
        let (total, available) = (memoryLine("MemTotal"), memoryLine("MemAvailable"))
        guard let total, let available else { return Finding("memory", .fair, "unknown") }
        let detail = "\(Format.size(available)) free of \(Format.size(total))"
        if available >= 512 << 20 { return Finding("memory", .good, detail) }
        return Finding("memory", .fair, detail, remedy: "a run takes up to 256 MiB: end other programs")
    }

    /// A line of /proc/meminfo, in bytes.
    private static func memoryLine(_ name: String) -> UInt64? {
        guard let file = try? FileHasher.open(Array("/proc/meminfo".utf8)),
            let bytes = try? FileHasher.contents(of: file, limit: 1 << 16)
        else { return nil }
        let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix(name + ":") }
        return line?.split(separator: " ").dropFirst().first.flatMap { UInt64($0) }.map { $0 << 10 }
    }

    /// The beginning of 2026, before which this program did not exist.
    private static let earliest: Int64 = 1_767_225_600
    /// The beginning of 2100.
    private static let latest: Int64 = 4_102_444_800

    /// Snapshots are named by instants: a clock that never was set gives wrong ones.
    private static var clock: Finding {
        let now = SystemClock.now()
        let isSane = (earliest...latest).contains(now.seconds)
        return Finding(
            "clock", isSane ? .good : .bad, Timestamp(seconds: now.seconds).rfc3339,
            remedy: isSane ? nil : "set the clock: snapshots are named by it")
    }
}
