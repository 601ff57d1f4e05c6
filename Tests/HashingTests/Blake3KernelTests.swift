import Foundation
import Hashing
import TestSupport
import Testing

/// Every kernel against the portable one, on random inputs; the seed is in the message of a failure.
struct Blake3KernelTests {
    /// The kernels that this processor really runs, the portable one apart.
    static let fast = Blake3.kernels.filter { $0 != .portable }

    private let seed: Seed
    private let bytes: [UInt8]
    private let key: HashKey

    init() {
        let wish = ProcessInfo.processInfo.environment["PERIGEE_TEST_SEED"].flatMap { UInt64($0) }
        var seed = Seed(wish ?? .random(in: 0...UInt64.max))
        bytes = seed.bytes(600_000)
        key = HashKey(using: &seed)
        self.seed = seed
    }

    /// A length that is small or near a boundary as often as not.
    private func length(upTo limit: Int, _ seed: inout Seed) -> Int {
        switch Int.random(in: 0..<4, using: &seed) {
        case 0: Int.random(in: 0...min(limit, 2100), using: &seed)
        case 1:
            min(limit, max(0, (1 << Int.random(in: 6...19, using: &seed)) + Int.random(in: -65...65, using: &seed)))
        default: Int.random(in: 0...limit, using: &seed)
        }
    }

    private func slice(_ offset: Int, _ count: Int, _ body: (UnsafeRawBufferPointer) -> Void) {
        bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[offset..<offset + count])) }
    }

    @Test("Says which kernels were run, and which only by their replacement")
    func report() {
        let run = Blake3.kernels.map(\.name).joined(separator: ", ")
        let replaced = Kernel.allCases.filter { !$0.isAvailable }.map(\.name).joined(separator: ", ")
        print("BLAKE3 kernels run here: \(run); not on this processor, portable in their place: \(replaced)")
        #expect(Blake3.kernels.last == .portable)
    }

    @Test("A kernel gives what the portable one gives, at any length and alignment", arguments: fast)
    func equalsPortable(_ kernel: Kernel) {
        var seed = seed
        for round in 0..<400 {
            let count = round < 200 ? length(upTo: 20_000, &seed) : length(upTo: 500_000, &seed) / (round % 4 * 8 + 1)
            slice(Int.random(in: 0..<64, using: &seed), count) { input in
                let wanted = Blake3.hash(input, key: key, kernel: .portable)
                #expect(Blake3.hash(input, key: key, kernel: kernel) == wanted, "seed \(seed.value), \(count) bytes")
            }
        }
    }

    @Test("A kernel that is not there is replaced", arguments: Kernel.allCases)
    func replaced(_ kernel: Kernel) {
        slice(3, 50_001) { #expect(Blake3.hash($0, kernel: kernel) == Blake3.hash($0, kernel: .portable)) }
    }

    @Test("Any split of the input gives the same hash", arguments: Blake3.kernels)
    func splits(_ kernel: Kernel) {
        var seed = seed
        for _ in 0..<150 {
            let count = length(upTo: 150_000, &seed)
            slice(Int.random(in: 0..<64, using: &seed), count) { input in
                var hasher = Blake3Hasher(key: key, kernel: kernel)
                var rest = input[...]
                while !rest.isEmpty {
                    let whole = Bool.random(using: &seed) ? rest.count : Int.random(in: 0...6000, using: &seed)
                    let part = min(rest.count, Int.random(in: 0...whole, using: &seed))
                    hasher.update(UnsafeRawBufferPointer(rebasing: rest.prefix(part)))
                    rest = rest.dropFirst(part)
                }
                let wanted = Blake3.hash(input, key: key, kernel: .portable)
                #expect(hasher.finalize() == wanted, "seed \(seed.value), \(count) bytes")
            }
        }
    }

    @Test("A hasher that was asked goes on, and one that was reset begins anew")
    func goesOn() {
        var hasher = Blake3Hasher()
        for count in [1, 1023, 1024, 4096, 65536, 100_000] {
            slice(0, count) { input in
                hasher.reset()
                hasher.update(UnsafeRawBufferPointer(rebasing: input[..<(count / 2)]))
                #expect(hasher.finalize() == Blake3.hash(UnsafeRawBufferPointer(rebasing: input[..<(count / 2)])))
                let fork = hasher
                hasher.update(UnsafeRawBufferPointer(rebasing: input[(count / 2)...]))
                #expect(hasher.finalize() == Blake3.hash(input))
                #expect(fork.finalize() == Blake3.hash(UnsafeRawBufferPointer(rebasing: input[..<(count / 2)])))
            }
        }
    }

    @Test("Many inputs at once give what each gives alone", arguments: Blake3.kernels)
    func many(_ kernel: Kernel) {
        var seed = seed
        for round in 0..<120 {
            let limit = [20_000, 1100, 70_000, 64][round % 4]
            let count = Int.random(in: 0...100, using: &seed)
            let views = (0..<count).map { _ in
                let length = round % 5 == 0 ? limit : Int.random(in: 0...limit, using: &seed)
                return (Int.random(in: 0..<5000, using: &seed), length)
            }
            bytes.withUnsafeBytes { bytes in
                let inputs = views.map { UnsafeRawBufferPointer(rebasing: bytes[$0.0..<$0.0 + $0.1]) }
                let wanted = inputs.map { Blake3.hash($0, key: key) }
                #expect(hashAll(inputs, key: key, kernel: kernel) == wanted, "seed \(seed.value), \(views)")
            }
        }
    }

    @Test("Any number of threads gives the same hash", arguments: [1, 2, 3, 8])
    func threads(_ count: Int) {
        var seed = seed
        for length in [0, 1, 1 << 20, (1 << 20) + 1, 2 << 20, (5 << 20) - 1, 7 << 20] {
            seed.bytes(length).withUnsafeBytes { input in
                #expect(Blake3.hash(input, threads: count) == Blake3.hash(input), "seed \(seed.value)")
                #expect(Blake3.hash(input, key: key, threads: count) == Blake3.hash(input, key: key))
            }
        }
    }

    @Test("Extended output read from any place is part of one output", arguments: Blake3.kernels)
    func seeks(_ kernel: Kernel) {
        var seed = seed
        for length in [0, 64, 1024, 1025, 9000] {
            var hasher = Blake3Hasher(key: key, kernel: kernel)
            slice(0, length) { hasher.update($0) }
            var whole = [UInt8](repeating: 0, count: 3000)
            whole.withUnsafeMutableBytes { hasher.finalize(into: $0) }
            #expect(hasher.finalize().hex == Hexadecimal.encode(whole.prefix(32)))
            for _ in 0..<50 {
                let start = Int.random(in: 0..<3000, using: &seed)
                var part = [UInt8](repeating: 0, count: Int.random(in: 0...(3000 - start), using: &seed))
                part.withUnsafeMutableBytes { hasher.finalize(into: $0, from: UInt64(start)) }
                #expect(part[...] == whole[start..<start + part.count], "seed \(seed.value), from \(start)")
            }
        }
    }

    @Test("Extended output beyond 256 GiB is counted in 64 bits", arguments: Blake3.kernels)
    func farSeek(_ kernel: Kernel) {
        let hasher = Blake3Hasher(kernel: kernel)
        var near = [UInt8](repeating: 0, count: 64)
        var far = near
        var farPortable = near
        near.withUnsafeMutableBytes { hasher.finalize(into: $0, from: 64) }
        far.withUnsafeMutableBytes { hasher.finalize(into: $0, from: (1 << 38) + 64) }
        farPortable.withUnsafeMutableBytes { Blake3Hasher(kernel: .portable).finalize(into: $0, from: (1 << 38) + 64) }
        #expect(far == farPortable)
        #expect(far != near)
    }
}
