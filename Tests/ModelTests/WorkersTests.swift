import Model
import TestSupport
import Testing
import Workers

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

private func threadNumber() -> UInt { UInt(pthread_self()) }

@Suite("Threads")
struct WorkersTests {
    private struct Fault: Error, Equatable { let number: Int }

    @Test("of a crew all run, each with a number of its own, and have ended when the call returns")
    func crew() throws {
        let seen = Monitor(Set<Int>())
        try Crew.run(8) { index in seen.change { _ = $0.insert(index) } }
        #expect(seen.read { $0 } == Set(0..<8))
        #expect(Crew.processors >= 1)
    }

    @Test("of a crew hand their first error to the caller, after telling the others")
    func crewFailure() throws {
        let stop = StopFlag()
        let error = #expect(throws: Fault.self) {
            try Crew.run(3, onError: { _ in stop.raise() }) { index in
                if index == 1 { throw Fault(number: index) }
                while !stop.isRaised {}
            }
        }
        #expect(error == Fault(number: 1))
    }

    @Test(
        "of a crew that the system has too few of end with a clear word, after those that began", arguments: [0, 1, 3])
    func crewOfFew(threadsLeft: Int) throws {
        let (begun, stop) = (Monitor(Set<Int>()), StopFlag())
        let error = #expect(throws: PerigeeError.self) {
            try Crew.run(5, threadsLeft: threadsLeft, onError: { _ in stop.raise() }) { index in
                while !stop.isRaised {}
                begun.change { _ = $0.insert(index) }
            }
        }
        #expect(error?.code == .limit && error?.remedy?.isEmpty == false)
        #expect(begun.read { $0 } == Set(0...threadsLeft))
    }

    @Test("work values out in order, however many there are")
    func values() {
        for count in [0, 1, 2, 3, 7, 64, 1001] {
            let told = Crew.values(count, atOnceFrom: 2) { $0 * $0 }
            #expect(told == (0..<count).map { $0 * $0 })
        }
        let threads = Monitor(Set<UInt>())
        let own = threadNumber()
        _ = Crew.values(1000, atOnceFrom: 1001) { _ in threads.change { _ = $0.insert(threadNumber()) } }
        #expect(threads.read { $0 } == [own])
    }

    @Test("pass each element of a queue on exactly once")
    func queueDelivers() throws {
        let queue = BoundedQueue<Int>(limit: 7)
        let taken = Monitor([Int]())
        let left = Monitor(3)
        try Crew.run(6, onError: { queue.fail($0) }) { member in
            if member < 3 {
                for number in 0..<1000 { try queue.put(member * 1000 + number) }
                let isLast = left.change { count in
                    count -= 1
                    return count == 0
                }
                if isLast { queue.close() }
            } else {
                while let element = try queue.take() { taken.change { $0.append(element) } }
            }
        }
        #expect(taken.read { $0.sorted() } == Array(0..<3000))
    }

    @Test("of one producer and one consumer keep the order")
    func queueOrders() throws {
        let queue = BoundedQueue<Int>(limit: 3)
        let taken = Monitor([Int]())
        try Crew.run(2, onError: { queue.fail($0) }) { member in
            if member == 0 {
                for number in 0..<5000 { try queue.put(number) }
                queue.close()
            } else {
                while let element = try queue.take() { taken.change { $0.append(element) } }
            }
        }
        #expect(taken.read { $0 } == Array(0..<5000))
    }

    @Test("leave nothing of what they took in a queue that is never empty")
    func queueReleases() throws {
        final class Load: Sendable {}
        let queue = BoundedQueue<Load>(limit: 4)
        weak var first: Load?
        try {
            let load = Load()
            first = load
            try queue.put(load)
        }()
        try queue.put(Load())
        #expect(first != nil)
        _ = try queue.take()
        #expect(first == nil)
    }

    @Test("never find more weight in a queue than its limit, but for one element alone")
    func queueBounds() throws {
        let queue = BoundedQueue<Int>(limit: 10)
        let held = Monitor((now: 0, most: 0))
        var seed = Seed.fromEnvironment()
        let weights = (0..<2000).map { _ in Int.random(in: 1...10, using: &seed) }
        try Crew.run(2, onError: { queue.fail($0) }) { member in
            if member == 0 {
                for weight in weights {
                    try queue.put(weight, weight: weight)
                    held.change { state in
                        state.now += weight
                        state.most = max(state.most, state.now)
                    }
                }
                queue.close()
            } else {
                while let weight = try queue.take() { held.change { $0.now -= weight } }
            }
        }
        // A taker counts itself after the take, so that one element more can seem to be held.
        #expect(held.read { $0.most } <= 20)
        try queue.put(1)
        #expect(try queue.take() == nil)
    }

    @Test("that use a failed queue all get its first error, even with elements left")
    func queueFails() throws {
        let queue = BoundedQueue<Int>(limit: 2)
        try queue.put(1)
        queue.fail(Fault(number: 1))
        queue.fail(Fault(number: 2))
        #expect(throws: Fault(number: 1)) { try queue.take() }
        #expect(throws: Fault(number: 1)) { try queue.put(2) }
    }

    @Test("that wait at a full queue are woken by its failure")
    func queueWakes() throws {
        let queue = BoundedQueue<Int>(limit: 1)
        #expect(throws: Fault(number: 9)) {
            try Crew.run(2) { member in
                if member == 0 {
                    try queue.put(1)
                    try queue.put(2)
                } else {
                    queue.fail(Fault(number: 9))
                }
            }
        }
    }

    @Test("wait at a monitor until its state has become something")
    func monitor() throws {
        let monitor = Monitor(0)
        try Crew.run(3) { member in
            switch member {
            case 0: for _ in 0..<100 { monitor.change { $0 += 1 } }
            default: #expect(monitor.wait { $0 >= 100 ? $0 : nil } == 100)
            }
        }
    }

    @Test("learn of a wish to stop as an error that says how to go on")
    func stopFlag() throws {
        let flag = StopFlag()
        try flag.check()
        flag.raise()
        let error = try #require(throws: PerigeeError.self) { try flag.check() }
        #expect(error.code == .interrupted)
        #expect(error.remedy != nil)
    }

    @Test("are told by the system how long they have run")
    func times() throws {
        let times = ThreadTimes()
        let end = ContinuousClock.now + .seconds(60)
        var (ran, delayed, rounds) = (0.0, 0.0, 0)
        while ran == 0, ContinuousClock.now < end {
            for number in 0..<100_000 { rounds = rounds &+ number }
            let step = times.step()
            (ran, delayed) = (ran + step.ran, delayed + step.delayed)
        }
        #expect(ran > 0 && delayed >= 0 && ran < 60, "\(rounds)")
    }
}
