import Agents
import Content
import Files
import Model
import Replication
import Sites
import Synchronization
import TestSupport
import Testing
import Transport
import Trust
import Wire
import Workers

/// One site has an agent send to another, and does not see the bytes.
@Suite("A push between two agents")
struct ThirdPartyTests {
    private let from: AgentSite
    private let to: AgentSite
    private let clock = Clock()

    /// The receiving agent's clock, apart from the real one.
    private final class Clock: Sendable {
        let offset = Atomic<Int64>(0)
        var now: Timestamp {
            Timestamp(seconds: SystemClock.now().seconds + offset.load(ordering: .relaxed))
        }
    }

    init() throws {
        let clock = clock
        from = try AgentSite(rights: [.read, .grant])
        to = try AgentSite(rights: [.write, .grant], beside: from, now: { clock.now })
    }

    private func error(_ body: () throws -> Void) throws -> PerigeeError {
        try #require(throws: PerigeeError.self) { try body() }
    }

    private func grant(
        subject: SiteIdentity? = nil, audience: SiteIdentity? = nil, export: String = "tree",
        rights: Set<TrustEntry.Right> = [.write], by key: SiteKey? = nil
    ) throws -> Grant {
        try Grant(
            subject: subject ?? from.far.key.identity, audience: audience ?? to.far.key.identity, export: export,
            rights: rights, at: SystemClock.now(), lifetime: 600, by: key ?? from.near.key)
    }

    private func job(_ grant: Grant, path: String = "tree", target: String = "tree", identity: SiteIdentity? = nil)
        -> SendJob
    {
        SendJob(
            path: path, source: "perigee://a/\(path)", address: "\(to.address)",
            identity: "\(identity ?? to.far.key.identity)", grant: grant.bytes, target: target,
            wishes: TreeJob.Wishes(SyncOptions(), compression: .auto, generations: false))
    }

    private func fill(_ count: Int) throws {
        var seed = Seed.fromEnvironment()
        for index in 0..<4 {
            let file = try OpenFile(writing: "\(from.folder.path("tree"))/f\(index)")
            try seed.bytes(count).withUnsafeBytes { try file.write($0) }
        }
    }

    private func send(_ job: SendJob, _ connection: Connection? = nil) throws -> RunReport {
        try RemoteSend(connection ?? from.connect()).run(job, Progress(), until: StopFlag())
    }

    @Test("moves the files past whoever asked for it, and tells them how it went")
    func push() throws {
        try fill(1 << 20)
        let (sender, receiver) = (try from.connect(), try to.connect())
        let grant = try grant()
        try GrantQuery(receiver).announce(grant.bytes)
        let report = try send(job(grant), sender)
        #expect(report.files.new == 4 && report.bytes.wireSent > 4 << 20)
        #expect(try TreeComparison.differences(from.folder.path("tree"), to.folder.path("tree")) == [])
        #expect(sender.traffic.received + receiver.traffic.received + sender.traffic.sent < 64 << 10)
    }

    @Test("happens once for a grant: whoever shows it again is refused")
    func replay() throws {
        try fill(1000)
        let grant = try grant()
        let receiver = try to.connect()
        try GrantQuery(receiver).announce(grant.bytes)
        _ = try send(job(grant))
        // Without a grant that waits the sender is nobody there.
        #expect(try error { _ = try send(job(grant)) }.code == .denied)
        let other = try self.grant()
        try GrantQuery(receiver).announce(other.bytes)
        let replayed = try error { _ = try send(job(grant)) }
        #expect(replayed.code == .refused && replayed.message.contains("used already"), "\(replayed)")
        _ = try send(job(other))
    }

    @Test("is refused after the grant has expired, and while it is not valid yet")
    func expired() throws {
        let grant = try grant()
        let receiver = try to.connect()
        clock.offset.store(-180, ordering: .relaxed)
        let early = try error { try GrantQuery(receiver).announce(grant.bytes) }
        #expect(early.code == .refused && early.message.contains("not valid yet"), "\(early)")
        clock.offset.store(100, ordering: .relaxed)
        try GrantQuery(receiver).announce(grant.bytes)
        clock.offset.store(800, ordering: .relaxed)
        #expect(try error { _ = try send(job(grant)) }.code == .denied, "the sender is nobody there any more")
        let late = try error { try GrantQuery(receiver).announce(self.grant().bytes) }
        #expect(late.code == .refused && late.message.contains("expired"), "\(late)")
    }

    @Test("is refused where the grant is for others, of others, or for more than its giver may")
    func wrongGrants() throws {
        // On a connection of its own each: the agent ends those of who may do less than when they came in.
        func announce(_ bytes: [UInt8]) throws { try GrantQuery(to.connect()).announce(bytes) }
        let stranger = try SiteKey.generate()
        for wrong in [
            try grant(audience: stranger.identity), try grant(by: stranger), try grant(rights: [.read]),
            try grant(export: "none"),
        ] {
            if wrong.export == "none" { try to.trust([.write, .grant], ["tree"]) }
            let refused = try error { try announce(wrong.bytes) }
            #expect([.refused, .denied].contains(refused.code), "\(refused)")
        }
        try to.trust([.write])
        #expect(try error { try announce(grant().bytes) }.code == .denied)
        #expect(try error { try announce([1, 2, 3]) }.code == .format)
        // One that names somebody else lets them in, and nobody who shows theirs.
        try to.trust([.write, .grant])
        let others = try grant(subject: stranger.identity)
        let own = try grant()
        try announce(others.bytes)
        try announce(own.bytes)
        #expect(try error { _ = try send(job(others)) }.code == .refused)
    }

    @Test("ends with the right of whoever gave the grant")
    func distrust() throws {
        try fill(1000)
        let grant = try grant()
        try GrantQuery(try to.connect()).announce(grant.bytes)
        _ = try to.far.book.remove("near")
        #expect(try error { _ = try send(job(grant)) }.code == .notFound)
        #expect(try FolderHandle(path: to.folder.path("tree")).names().isEmpty)
    }

    @Test("ends while it is under way, with the right of whoever gave the grant, and not with the grant's own time")
    func lost() throws {
        let grant = try grant()
        try GrantQuery(try to.connect()).announce(grant.bytes)
        let sender = try SecureDialer(SecureSettings(from.far.key)).connect(to: to.address) { _ in }
        let connection = try Connection(sender, role: .initiator)
        try GrantQuery(connection).use(grant.bytes)
        let channel = try connection.open("probe")
        clock.offset.store(4000, ordering: .relaxed)
        for _ in 0..<4 {
            try channel.send(1, [1])
            #expect(try channel.receive() != nil, "it has begun, and goes on after the grant has expired")
            _ = to.notices.wait(for: .milliseconds(100)) { _ in nil as Bool? }
        }
        try to.trust([.write])
        #expect(try error { while try channel.receive() != nil {} }.code == .io)
    }

    @Test("goes nowhere but where it was meant to, with nothing but what may be sent")
    func limits() throws {
        try fill(1000)
        let receiver = try to.connect()
        func announced(_ export: String = "tree") throws -> Grant {
            let grant = try grant(export: export)
            try GrantQuery(receiver).announce(grant.bytes)
            return grant
        }
        // Another export than the grant says, and one that is read only.
        #expect(try error { _ = try send(job(announced(), target: "docs")) }.code == .notFound)
        #expect(try error { _ = try send(job(announced("docs"), target: "docs")) }.code == .notFound)
        // Another host than was meant.
        let elsewhere = try error { _ = try send(job(announced(), identity: SiteKey.generate().identity)) }
        #expect(elsewhere.code == .refused && elsewhere.message.contains("another key"), "\(elsewhere)")
        // A sender that does not let itself be used so.
        try from.trust([.read])
        #expect(try error { _ = try send(job(announced())) }.code == .denied)
        try from.trust([.grant])
        #expect([.denied, .notFound].contains(try error { _ = try send(job(announced())) }.code))
        try from.trust([.read, .grant])
        #expect(try error { _ = try send(job(announced(), path: "../tree")) }.code == .notFound)
        #expect(try send(job(announced())).files.new == 4)
    }

    @Test("stays within the agent where both trees are its own, and goes to no host of ssh")
    func own() throws {
        try fill(1000)
        let wishes = TreeJob.Wishes(SyncOptions(), compression: .auto, generations: false)
        func own(_ path: String, _ target: String) -> SendJob {
            SendJob(path: path, source: path, shell: nil, target: target, wishes: wishes)
        }
        #expect(try error { _ = try send(own("docs", "tree")) }.code == .denied, "it may not write")
        try from.trust([.read, .write])
        #expect(try error { _ = try send(own("tree", "docs")) }.code == .denied, "it is exported read only")
        #expect(try error { _ = try send(own("tree", "/etc")) }.code == .notFound)
        let file = try OpenFile(writing: "\(from.folder.path("docs"))/more")
        try [UInt8](repeating: 7, count: 5000).withUnsafeBytes { try file.write($0) }
        #expect(try send(own("docs", "tree")).files.new == 1)
        #expect(try FolderHandle(path: from.folder.path("tree")).names().count == 5)
        let shell = SendJob.Shell(user: nil, host: "127.0.0.1", port: 22, perigee: "/bin/true")
        try from.trust([.read, .write, .grant])
        let refused = try error {
            _ = try send(SendJob(path: "tree", source: "tree", shell: shell, target: "/tmp/x", wishes: wishes))
        }
        #expect(refused.code == .unsupported && refused.message.contains("no host of ssh"), "\(refused)")
    }

    @Test("stops when nobody wants it any more")
    func interruption() throws {
        try fill(16 << 20)
        let grant = try grant()
        try GrantQuery(try to.connect()).announce(grant.bytes)
        let stop = StopFlag()
        let (job, sender) = (job(grant), try from.connect())
        let outcome = Monitor<PerigeeError?>(nil)
        let run = Companion {
            do { _ = try RemoteSend(sender).run(job, Progress(), until: stop) } catch {
                outcome.change { $0 = error as? PerigeeError }
            }
        }
        stop.raise()
        run.join()
        let error = try #require(outcome.read { $0 })
        #expect(error.code == .interrupted, "\(error)")
        // Both agents still serve.
        #expect(try ExportQuery(sender).all().count == 4)
    }
}
