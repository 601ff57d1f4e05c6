import Content
import Files
import Foundation
import Model
import Replication
import Sites
import TestSupport
import Wire
import Workers

/// Two sites in one process, joined by a stream in memory: the tree of one is made like that of the other.
struct TwoSites {
    let folder: TemporaryFolder
    let source: String
    let target: String
    private let state: StateFolder

    init() throws {
        folder = try TemporaryFolder()
        source = try folder.folder("source")
        target = folder.path("target")
        state = StateFolder(path: try folder.folder("state"))
    }

    /// Which side begins.
    enum Way: CaseIterable {
        case pull, push
    }

    func sync(
        _ way: Way = .pull, generations: Bool = false, stop: StopFlag = StopFlag(),
        wrap: (InProcessStream) -> any ByteStream = { $0 }, _ change: (inout SyncOptions) -> Void = { _ in }
    ) throws -> RunReport {
        var options = SyncOptions()
        change(&options)
        let streams = InProcessStream.pair()
        let state = state
        let other = Companion {
            guard let connection = try? Connection(streams.second, role: .responder) else { return }
            while let channel = try? connection.accept() {
                do {
                    try TreeService { RunContext(threads: 2, state: state) }.serve(channel)
                } catch {
                    channel.reset(error)
                }
            }
            connection.close()
        }
        defer { other.join() }
        var report = RunReport(verb: "sync", source: source, destination: target)
        let connection = try Connection(wrap(streams.first), role: .initiator)
        defer { connection.close() }
        let context = RunContext(threads: 2, state: state, stop: stop)
        switch way {
        case .pull:
            try RemoteTree(connection, path: source, name: "there:\(source)").pull(
                to: target, options: options, compression: .auto, generations: generations, context: context, &report)
        case .push:
            try RemoteTree(connection, path: target, name: "there:\(target)").push(
                from: source, named: "here:\(source)", options: options, compression: .auto,
                generations: generations, context: context, &report)
        }
        return report
    }

    static func replacing(_ options: inout SyncOptions) {
        options.deletes = true
        options.deletionLimit = .percent(100)
    }

    func write(_ bytes: [UInt8], _ name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: "\(source)/\(name)"))
    }

    /// What differs between the two trees, in words.
    func differences() throws -> [String] {
        try TreeComparison.differences(source, target, except: geteuid() == 0 ? [] : [.owners])
    }

    /// Names of files in the making that are left at the destination.
    func leftovers() throws -> [String] {
        try TreeComparison.items(target).keys.map { "\($0)" }.filter { $0.contains(".perigee-") }
    }
}
