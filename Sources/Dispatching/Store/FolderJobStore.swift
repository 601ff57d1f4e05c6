internal import Files
internal import FoundationEssentials
internal import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Jobs in a folder: one of its own for each batch, in it a file for each job, its log, and what holds claims.
///
/// A file appears whole: it is written aside, brought to the disk, and renamed. A batch is a folder that is renamed when
/// all of it is written. A claim is a lock of the system, gone with the process that holds it.
public final class FolderJobStore: JobStore {
    /// More batches than this are not looked through.
    public static let batchesMax = 100_000
    private let path: String

    /// Jobs in the folder at `path`, which is made when the first is kept.
    public init(path: String) { self.path = path }

    /// Adds a batch.
    public func create(_ batch: [JobRecord]) throws {
        guard let name = batch.first?.id.batch else { return }
        precondition(
            JobID.isBatch(name) && batch.allSatisfy { $0.id.batch == name }, "one batch with a name of its own")
        try makeFolders()
        let new = "\(path)/.new-\(name)-\(getpid())"
        if mkdir(new, 0o700) != 0, errno != EEXIST { throw posixError(errno, "cannot make a folder for jobs", new) }
        do {
            for job in batch { try Self.write(Self.encoded(job), to: "\(new)/\(job.id.number).json") }
            try Self.sync(folder: new)
            // Onto a folder that holds something this fails.
            guard rename(new, "\(path)/\(name)") == 0 else {
                let failure = errno
                if failure == EEXIST || failure == ENOTEMPTY { throw JobStoreFault.exists(name) }
                throw posixError(failure, "cannot name the folder of the jobs", "\(path)/\(name)")
            }
            try Self.sync(folder: path)
        } catch {
            for job in batch { unlink("\(new)/\(job.id.number).json") }
            rmdir(new)
            throw error
        }
    }

    /// The job.
    public func job(_ id: JobID) throws -> JobRecord? {
        let file = place(id, "json")
        guard let bytes = try Self.read(file, most: JobLimits.recordMax) else { return nil }
        do {
            let job = try JSONDecoder().decode(JobRecord.self, from: Data(bytes))
            guard job.id == id else { throw Self.damaged(file) }
            return job
        } catch let error as DecodingError {
            throw Self.damaged(file, error)
        }
    }

    /// The newest jobs: batches by the instant at which their first job was planned.
    public func jobs(limit: Int) throws -> [JobRecord] {
        guard let folder = opendir(path) else {
            if errno == ENOENT { return [] }
            throw posixError(errno, "cannot list the jobs", path)
        }
        defer { closedir(folder) }
        var firsts: [JobRecord] = []
        while let entry = readdir(folder), firsts.count < Self.batchesMax {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if JobID.isBatch(name), let first = try job(JobID(batch: name, number: 1)) { firsts.append(first) }
        }
        firsts.sort { ($1.times.planned, $1.id) < ($0.times.planned, $0.id) }
        var out: [JobRecord] = []
        for first in firsts where out.count < limit { out += try batch(first.id.batch) }
        return out
    }

    /// Writes the job.
    public func update(_ record: JobRecord) throws -> JobRecord {
        // One writer at a time, so that of two with the same revision one learns of the other.
        guard let lock = try Self.locked(place(record.id, "write"), waits: true) else {
            throw JobStoreFault.conflict(record.id)
        }
        defer { withExtendedLifetime(lock) {} }
        guard let old = try job(record.id) else { throw JobStoreFault.notFound(record.id) }
        guard old.revision == record.revision else { throw JobStoreFault.conflict(record.id) }
        var new = record
        new.revision += 1
        try Self.replace(place(record.id, "json"), by: Self.encoded(new))
        return new
    }

    /// The right to carry it on.
    public func claim(_ id: JobID) throws -> (any JobClaim)? {
        guard try job(id) != nil else { throw JobStoreFault.notFound(id) }
        return try Self.locked(place(id, "lock"), waits: false)
    }

    /// Keeps the output.
    public func keepLog(_ id: JobID, _ bytes: [UInt8]) throws { try Self.replace(place(id, "log"), by: bytes) }

    /// The output.
    public func log(_ id: JobID) throws -> [UInt8]? {
        try Self.read(place(id, "log"), most: Int(JobLimits.logMax) + (1 << 16))
    }

    private func place(_ id: JobID, _ kind: String) -> String { "\(path)/\(id.batch)/\(id.number).\(kind)" }

    /// The folder and those above it that are missing, for their owner alone: the state folder may be among them.
    private func makeFolders() throws {
        for (index, character) in zip(path.indices, path) where character == "/" && index > path.startIndex {
            mkdir(String(path[..<index]), 0o700)
        }
        if mkdir(path, 0o700) != 0, errno != EEXIST { throw posixError(errno, "cannot make the folder of jobs", path) }
    }
}

// Files.
extension FolderJobStore {
    private static func encoded(_ job: JobRecord) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(job))
    }

    private static func replace(_ file: String, by bytes: [UInt8]) throws {
        let new = "\(file).new"
        try write(bytes, to: new)
        guard rename(new, file) == 0 else { throw posixError(errno, "cannot name what was written", file) }
        try sync(folder: String(file[..<(file.lastIndex(of: "/") ?? file.startIndex)]))
    }

    private static func write(_ bytes: [UInt8], to path: String) throws {
        let file = try OpenFile(writing: path, mode: 0o600)
        try bytes.withUnsafeBytes { try file.write($0, at: 0) }
        guard fsync(file.descriptor) == 0 else { throw posixError(errno, "cannot bring it to the disk", path) }
        try file.finish()
    }

    private static func read(_ path: String, most: Int) throws -> [UInt8]? {
        do {
            return try bytes(path, most: most)
        } catch let error as PerigeeError where error.code == .notFound {
            return nil
        }
    }

    private static func bytes(_ path: String, most: Int) throws -> [UInt8] {
        let file = try OpenFile(reading: path)
        var status = stat()
        guard fstat(file.descriptor, &status) == 0 else { throw posixError(errno, "cannot look at it", path) }
        guard status.st_size <= most else {
            throw PerigeeError(
                .limit, "it is larger than \(ByteCount(UInt64(most)))", at: path, remedy: "see who wrote there")
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        let count = try bytes.withUnsafeMutableBytes { buffer in
            buffer.isEmpty ? 0 : try file.read(into: buffer, at: 0)
        }
        return Array(bytes.prefix(count))
    }

    private static func sync(folder: String) throws {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw posixError(errno, "cannot open the folder", folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw posixError(errno, "cannot bring it to the disk", folder) }
    }

    private static func damaged(_ file: String, _ cause: (any Error)? = nil) -> PerigeeError {
        PerigeeError(
            .damaged, "it does not describe a job", at: file,
            remedy: "look at the job by the means of its executor, then take the file away", cause: cause)
    }

    private final class Lock: JobClaim {
        let descriptor: Int32
        init(_ descriptor: Int32) { self.descriptor = descriptor }
        deinit { close(descriptor) }
    }

    private static func locked(_ path: String, waits: Bool) throws -> Lock? {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw posixError(errno, "cannot open the lock", path) }
        let lock = Lock(descriptor)
        // Writers hold it for the time of one small file.
        for _ in 0..<(waits ? 1000 : 1) {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return lock }
            guard errno == EWOULDBLOCK || errno == EINTR else { throw posixError(errno, "cannot lock", path) }
            if waits { usleep(10_000) }
        }
        return nil
    }
}
