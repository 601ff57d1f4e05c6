internal import Files
internal import Model
internal import Replication

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// What folders offer: room, and what their file systems can do.
enum PlaceFindings {
    /// The folder where this machine remembers; it is made where it is missing.
    static func state(_ path: String) -> [Finding] {
        FolderMaker.make(path)
        return place("state", path, mustBeWritable: true)
    }

    /// A folder that the user asks about.
    static func place(_ subject: String, _ path: String, mustBeWritable: Bool) -> [Finding] {
        do {
            let features = try FileSystemFeatures(of: path)
            return [writable(subject, path, features, mustBeWritable), abilities(subject, features)].compactMap { $0 }
        } catch {
            return [Finding(subject, .bad, "\(path): \(error.message)", remedy: error.remedy)]
        }
    }

    private static func writable(
        _ subject: String, _ path: String, _ features: FileSystemFeatures, _ mustBeWritable: Bool
    ) -> Finding {
        let room = "\(path): \(Format.size(features.free)) free of \(Format.size(features.size)) on \(features.kind)"
        guard features.trial != nil else {
            let why = features.isReadOnly ? "mounted read-only" : "no file can be made there"
            return Finding(
                subject, mustBeWritable ? .bad : .fair, "\(room), \(why)",
                remedy: mustBeWritable ? "name a writable folder with --state" : nil)
        }
        if features.free < 64 << 20 || features.freeNames.map({ $0 < 1000 }) ?? false {
            return Finding(subject, .fair, room, remedy: "free some space or inodes there")
        }
        return Finding(subject, .good, room)
    }

    private static func abilities(_ subject: String, _ features: FileSystemFeatures) -> Finding? {
        guard let trial = features.trial else { return nil }
        let all = [
            ("reflinks", trial.reflinks), ("extended attributes", trial.extendedAttributes),
            ("holes", trial.holes), ("unnamed files", trial.unnamedFiles),
        ]
        let (with, without) = (all.filter(\.1).map(\.0), all.filter { !$0.1 }.map(\.0))
        let detail = [
            with.isEmpty ? nil : with.joined(separator: ", "),
            without.isEmpty ? nil : "no " + without.joined(separator: ", no "),
        ].compactMap { $0 }.joined(separator: "; ")
        let drift = trial.clock.seconds(since: SystemClock.now())
        guard abs(drift) < 2 else {
            return Finding(
                subject, .fair, detail + "; its clock is \(Quantity.decimal(drift, places: 1)) s off",
                remedy: "set the clocks of this host and of its file server by NTP")
        }
        let isFair = !trial.extendedAttributes
        return Finding(
            subject, isFair ? .fair : .good, detail,
            remedy: isFair ? "extended attributes and ACLs cannot be kept in trees there" : nil)
    }
}
