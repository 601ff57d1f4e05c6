import Model
import Synchronization
import TestSupport
import Testing
import Wire
import Workers

@Suite("Credit")
struct CreditTests {
    @Test("A channel that nobody reads takes its window and one message more, and others go on")
    func slowReader() throws {
        var seed = Seed.fromEnvironment()
        for _ in 0..<5 {
            let pair = try ConnectedPair()
            let slow = try pair.channel("slow")
            let quick = try pair.channel("quick")
            let lengths = (0..<200).map { _ in Int.random(in: 0...40_000, using: &seed) }
            let sent = Atomic(0)
            let number = seed.value
            let sender = Companion {
                for length in lengths {
                    guard (try? slow.near.send(1, [UInt8](repeating: 7, count: length))) != nil else { return }
                    sent.add(length + WireLimits.messageCost, ordering: .relaxed)
                }
                slow.near.finish()
            }
            // While the slow one stands, a thousand messages pass on the other.
            for index in 0..<1000 {
                try quick.near.send(2, [UInt8(index & 255)])
                #expect(try quick.far.receive()?.bytes == [UInt8(index & 255)])
            }
            #expect(sent.load(ordering: .relaxed) <= WireLimits.windowInitial + 40_000, "seed \(number)")
            var received: [Int] = []
            while let message = try slow.far.receive() { received.append(message.count) }
            #expect(received == lengths, "seed \(number)")
            sender.join()
        }
    }

    @Test("is given ahead for what is expected, as far as the budget has it", arguments: [8 << 20, 1 << 20])
    func expected(budget: Int) throws {
        var options = WireOptions()
        options.growth = WireBudget(budget)
        let pair = try ConnectedPair(over: InProcessStream.pair(capacity: 16 << 20), options)
        let (near, far) = try pair.channel()
        far.widen(to: 4 << 20)
        let sent = Atomic(0)
        let sender = Companion {
            let bytes = [UInt8](repeating: 1, count: 60_000)
            for _ in 0..<60 {
                guard (try? near.send(1, bytes)) != nil else { return }
                sent.wrappingAdd(1, ordering: .sequentiallyConsistent)
            }
            near.finish()
        }
        defer { sender.join() }
        if budget > 4 << 20 {
            // Nobody takes anything, and all of it leaves.
            sender.join()
            #expect(sent.load(ordering: .sequentiallyConsistent) == 60)
        } else {
            // Half of it is for whoever comes next.
            #expect(options.growth.remaining >= budget / 2)
        }
        var count = 0
        while try far.receive() != nil { count += 1 }
        #expect(count == 60)
    }

    @Test("grows for a reader that keeps up, out of a budget that comes back")
    func growth() throws {
        let budget = WireBudget(3 << 20)
        var options = WireOptions()
        options.growth = budget
        do {
            let pair = try ConnectedPair(over: InProcessStream.pair(), options)
            let (near, far) = try pair.channel()
            let sender = Companion {
                let bytes = [UInt8](repeating: 1, count: 60_000)
                for _ in 0..<600 { try? near.send(1, bytes) }
                near.finish()
            }
            var count = 0
            while try far.receive() != nil { count += 1 }
            #expect(count == 600)
            sender.join()
            #expect(budget.remaining < 3 << 20)
            #expect(budget.remaining >= 0)
            pair.initiator.close()
        }
        #expect(budget.remaining == 3 << 20)
    }

    @Test(
        "Messages of many channels in both directions come whole and in order, in whatever pieces the link takes them")
    func property() throws {
        var seed = Seed.fromEnvironment()
        var faults = LinkFaults()
        faults.isChoppy = true
        for round in 0..<3 {
            let streams = SimulatedStream.pair(&seed, first: faults, second: faults, capacity: 4099)
            let pair = try ConnectedPair(over: streams)
            let plans = (0..<6).map { _ in
                (0..<40).map { _ in
                    Int.random(in: 0..<4, using: &seed) == 0 ? Int.random(in: 0...300_000, using: &seed) : 50
                }
            }
            let channels = try plans.indices.map { try pair.channel("c\($0)") }
            let note = "seed \(seed.value), round \(round)"
            try Crew.run(plans.count * 4) { index in
                let (which, role) = (index / 4, index % 4)
                let end = role % 2 == 0 ? channels[which].near : channels[which].far
                if role < 2 {
                    for (number, length) in plans[which].enumerated() {
                        try end.send(UInt8(number), Self.body(which, number, length, role))
                    }
                    end.finish()
                } else {
                    var number = 0
                    while let message = try end.receive() {
                        let expected = Self.body(which, number, plans[which][number], 3 - role)
                        #expect(message.kind == UInt8(number) && message.bytes == expected, "\(note)")
                        number += 1
                    }
                    #expect(number == plans[which].count, "\(note)")
                }
            }
        }
    }

    private static func body(_ channel: Int, _ number: Int, _ length: Int, _ side: Int) -> [UInt8] {
        (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ channel &* 7 &+ number &+ side) }
    }
}

@Suite("Credit that several threads share")
struct SharedCreditTests {
    @Test("Messages of several threads on one channel stay within its credit")
    func senders() throws {
        var seed = Seed.fromEnvironment()
        for round in 0..<20 {
            let pair = try ConnectedPair(over: InProcessStream.pair())
            let (near, far) = try pair.channel()
            // Small ones that leave a little credit, and large ones that overdraw it.
            let lengths = (0..<4).map { _ in
                (0..<60).map { _ in
                    Bool.random(using: &seed)
                        ? Int.random(in: 0...40, using: &seed) : Int.random(in: 0...90_000, using: &seed)
                }
            }
            let note = "seed \(seed.value), round \(round)"
            let failures = Mutex<[String]>([])
            let senders = lengths.map { lengths in
                Companion {
                    do {
                        for length in lengths { try near.send(1, [UInt8](repeating: 3, count: length)) }
                    } catch {
                        failures.withLock { $0.append("\(error)") }
                    }
                }
            }
            var count = 0
            var bytes = 0
            while count < 240, let message = try far.receive() {
                count += 1
                bytes += message.count
            }
            for sender in senders { sender.join() }
            #expect(failures.withLock { $0 } == [], "\(note)")
            #expect(bytes == lengths.joined().reduce(0, +), "\(note)")
        }
    }
}
