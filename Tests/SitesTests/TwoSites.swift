import Content
import Files
import Foundation
import Model
import Replication
import Sites
import Storage
import TestSupport
import Wire
import Workers

/// Two sites in one process, joined by a stream in memory: the tree of one is made like that of the other.
struct TwoSites {
    let folder: TemporaryFolder
    let source: String
    let target: String
    let state: StateFolder

    init() throws {
        folder = try TemporaryFolder()
        source = try folder.folder("source")
        target = folder.path("target")
        state = StateFolder(path: try folder.folder("state"))
    }

    /// Which side begins; or a third, which passes on what both say.
    enum Way: CaseIterable {
        case pull, push, relay
    }

    func sync(
        _ way: Way = .pull, generations: Bool = false, stop: StopFlag = StopFlag(), limit: TokenBucket? = nil,
        wrap: (InProcessStream) -> any ByteStream = { $0 }, _ change: (inout SyncOptions) -> Void = { _ in }
    ) throws -> RunReport {
        var options = SyncOptions()
        change(&options)
        var report = RunReport(verb: "sync", source: source, destination: target)
        try joined(stop, limit: limit, wrap: wrap) { connection, context in
            switch way {
            case .pull:
                try RemoteTree(connection, path: source, name: "there:\(source)").pull(
                    to: target, options: options, compression: .auto, generations: generations, context: context,
                    &report)
            case .push:
                try RemoteTree(connection, path: target, name: "there:\(target)").push(
                    from: source, named: "here:\(source)", options: options, compression: .auto,
                    generations: generations, context: context, &report)
            case .relay:
                try relay(connection).sync(
                    options: options, compression: .auto, generations: generations, context: context, &report)
            }
        }
        return report
    }

    /// From the source to the target, both of which are the other site's.
    private func relay(_ connection: Connection) -> TreeRelay {
        TreeRelay(
            from: RemoteTree(connection, path: source, name: "there:\(source)"),
            to: RemoteTree(connection, path: target, name: "there:\(target)"))
    }

    /// What a sync would do.
    func foresee(_ way: Way = .pull, isExact: Bool = false) throws -> EstimateReport {
        var options = EstimateOptions()
        options.isExact = isExact
        let pair = EndpointPair(source: "there", destination: "here")
        var report = EstimateReport(source: source, destination: target)
        let (source, target, wishes) = (source, target, options)
        try joined { connection, context in
            let path = way == .pull ? source : target
            let tree = RemoteTree(connection, path: path, name: "there:\(path)")
            let relay = relay(connection)
            try Estimator(of: .betweenTrees(wishes.run), pair: pair, options: wishes, context: context) {
                switch way {
                case .pull: try tree.foreseePull(to: target, options: wishes, context: context)
                case .push:
                    try tree.foreseePush(from: source, named: "here:\(source)", options: wishes, context: context)
                case .relay: try relay.foresee(options: wishes, context: context)
                }
            }.run(&report)
        }
        return report
    }

    /// Runs `body` with a connection to the other site.
    func joined(
        _ stop: StopFlag = StopFlag(), limit: TokenBucket? = nil,
        wrap: (InProcessStream) -> any ByteStream = { $0 }, _ body: (Connection, RunContext) throws -> Void
    ) throws {
        let streams = InProcessStream.pair()
        let state = state
        let other = Companion {
            guard let connection = try? Connection(streams.second, role: .responder) else { return }
            let services: [any WireService] = [
                TreeService { RunContext(threads: 2, state: state) },
                LookService { RunContext(threads: 2, state: state) },
            ]
            try? WireServer(services).serve(connection)
            connection.close()
        }
        defer { other.join() }
        let connection = try Connection(wrap(streams.first), role: .initiator)
        defer { connection.close() }
        try body(connection, RunContext(threads: 2, state: state, stop: stop, limit: limit))
    }

    static func replacing(_ options: inout SyncOptions) {
        options.deletes = true
        options.deletionLimit = .percent(100)
    }

    func write(_ bytes: [UInt8], _ name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: "\(source)/\(name)"))
    }

    /// Bytes that compress to about a third.
    static func text(_ count: Int, _ seed: inout Seed) -> [UInt8] {
        let words = (0..<200).map { _ in seed.bytes(Int(2 + seed.next() % 9)).map { 97 + $0 % 26 } + [32] }
        var out: [UInt8] = []
        while out.count < count { out += words[Int(seed.next() % 200)] }
        return Array(out.prefix(count))
    }

    /// Lines that come again with some words changed: each higher level of zstd leaves a tenth less of them.
    static func prose(_ count: Int, _ seed: inout Seed) -> [UInt8] {
        let words = (0..<800).map { _ in seed.bytes(Int(2 + seed.next() % 8)).map { 97 + $0 % 26 } + [32] }
        let lines = (0..<1500).map { _ in (0..<Int(4 + seed.next() % 9)).map { _ in Int(seed.next() % 800) } }
        var out: [UInt8] = []
        out.reserveCapacity(count + 200)
        while out.count < count {
            for word in lines[Int(seed.next() % 1500)] {
                out += words[seed.next() % 8 == 0 ? Int(seed.next() % 800) : word]
            }
            out.append(10)
        }
        return Array(out.prefix(count))
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
