import Model
import TestSupport
import Testing
import Transport
import Trust
import Wire
import Workers

@Suite("A site that is not trusted")
struct RefusalTests {
    @Test("is refused by whoever listens, and both are told clearly")
    func unknownClient() throws {
        let pair = try SecurePair()
        let stranger = try SiteKey.generate()
        // TLS 1.3 lets the side that connects go first: it learns of it when it reads.
        let stream = try pair.connect(as: stranger)
        let told = try #require(throws: PerigeeError.self) { try stream.read(1) }
        #expect(told.code == .denied && told.message.contains("\(stranger.identity)"), "\(told)")
        #expect(told.remedy?.contains("perigee trust add") == true)
        let refusal = try #require(pair.refusal())
        #expect(refusal.code == .denied && refusal.message.contains("\(stranger.identity)"), "\(refusal)")
        #expect(refusal.place?.hasPrefix("127.0.0.1:") == true)
        #expect(pair.listener.accept(for: .milliseconds(50)) == nil)
    }

    @Test("gets a hello through the wire refused with the same words")
    func connection() throws {
        let pair = try SecurePair()
        let stranger = try SiteKey.generate()
        for _ in 0..<10 {
            let error = try #require(throws: PerigeeError.self) {
                _ = try Connection(try pair.connect(as: stranger), role: .initiator)
            }
            #expect(error.code == .denied && error.message.contains("\(stranger.identity)"), "\(error)")
        }
    }

    @Test("is refused by whoever connects, before a byte is sent, and both are told clearly")
    func unknownServer() throws {
        let pair = try SecurePair()
        let seen = Monitor<SiteIdentity?>(nil)
        let error = try #require(throws: PerigeeError.self) {
            try pair.connect { identity in
                seen.change { $0 = identity }
                throw PerigeeError(.refused, "another key: \(identity)")
            }
        }
        #expect(error.code == .refused && error.place == "\(pair.address)", "\(error)")
        #expect(seen.read { $0 } == pair.key.far.identity)
        let refusal = try #require(pair.refusal())
        #expect(refusal.message.contains("does not trust this site"), "\(refusal)")
        #expect(refusal.message.contains("\(pair.key.far.identity)"))
    }

    @Test("is refused without a key, with an older TLS, and without TLS", arguments: RawClient.Kind.allCases)
    func raw(kind: RawClient.Kind) throws {
        let pair = try SecurePair()
        let ended = try RawClient.run(kind, pair.address)
        #expect(ended, "the connection is closed")
        let refusal = try #require(pair.refusal())
        #expect([.denied, .format].contains(refusal.code), "\(refusal)")
        #expect(refusal.cause?.contains("SSL") != true, "in words: \(refusal)")
        #expect(pair.listener.accept(for: .milliseconds(50)) == nil)
        // Others still come in.
        let (near, far) = try pair.join()
        try near.write([5])
        #expect(try far.read(1) == [5])
    }

    @Test("is let in with a certificate that has expired: only the key counts")
    func expired() throws {
        let pair = try SecurePair()
        #expect(try RawClient.sendsWithExpiredCertificate(pair.key.near, to: pair.address, [1, 2, 3]))
        let far = try #require(pair.listener.accept(for: SecurePair.patience))
        #expect(far.identity == pair.key.near.identity)
        #expect(try far.read(3) == [1, 2, 3])
    }

    @Test("is dropped where it is slow to say who it is, and keeps nobody out meanwhile")
    func slow() throws {
        // Where the machine is so slow that the first is dropped before the last has come, all are given more time.
        for seconds in [1, 5, 25] {
            var limits = TransportLimits()
            limits.handshakeWait = .seconds(seconds)
            limits.handshakesPerHostMax = 4
            let pair = try SecurePair(limits)
            let silent = try (0..<5).map { _ in try RawClient.silent(pair.address) }
            for client in silent { #expect(client.isClosedByPeer(within: SecurePair.patience)) }
            let refusals = pair.refusals.wait(for: SecurePair.patience) { $0.count == silent.count ? $0 : nil }
            _ = try pair.join()
            let late = try #require(refusals).filter { $0.message.contains("did not say who") }
            guard late.count < silent.count else { continue }
            #expect(late.count == limits.handshakesPerHostMax)
            #expect(refusals?.contains { $0.code == .limit } == true, "there was no place for the last")
            return
        }
        Issue.record("no five connections came within 25 s")
    }

    @Test("cannot have more connections than there may be; when one ends another may come")
    func tooMany() throws {
        var limits = TransportLimits()
        limits.streamsPerSiteMax = 2
        let pair = try SecurePair(limits)
        let (first, second) = (try pair.join(), try pair.join())
        let third = try pair.connect()
        #expect(try third.read(1) == [], "it is closed at once")
        #expect(pair.refusal()?.code == .limit)
        first.near.close()
        first.far.close()
        // The place is free once both sides have said farewell.
        var joined: (near: SecureStream, far: SecureStream)?
        for _ in 0..<100 where joined == nil {
            let near = try pair.connect()
            if let far = pair.listener.accept(for: .milliseconds(200)) { joined = (near, far) }
        }
        #expect(joined != nil)
        withExtendedLifetime(second) {}
    }

    @Test("nobody listens: the address and a remedy are told")
    func nobody() throws {
        let pair = try SecurePair()
        let address = pair.address
        pair.listener.close()
        let dialer = SecureDialer(try SecureSettings(pair.key.near))
        // The system may still take one that was under way.
        let error = try #require(throws: PerigeeError.self) {
            for _ in 0..<50 { _ = try dialer.connect(to: address) { _ in }.read(1) }
        }
        #expect(error.code == .io && error.place == "\(address)" && error.remedy != nil, "\(error)")
    }
}
