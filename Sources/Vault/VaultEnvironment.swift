public import Content
public import Model
public import Storage

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Where a vault gets the time and its random bytes from: the system, or a test.
public struct VaultEnvironment: Sendable {
    /// The time now.
    public var now: @Sendable () -> Timestamp
    /// Fills a buffer with bytes that nobody can guess; keys and salts are made of them, and the nonces of small blobs.
    public var fillRandom: @Sendable (UnsafeMutableRawBufferPointer) -> Void
    /// A new source of nonces for the records of one thread; no two sources may give the same nonce.
    public var nonces: @Sendable () -> any NonceSource
    /// What it is measured by how long a store takes.
    public var clock: any StoreClock = SystemStoreClock()

    /// An environment.
    public init(
        now: @escaping @Sendable () -> Timestamp,
        fillRandom: @escaping @Sendable (UnsafeMutableRawBufferPointer) -> Void,
        nonces: @escaping @Sendable () -> any NonceSource = { SystemNonces() }
    ) {
        self.now = now
        self.fillRandom = fillRandom
        self.nonces = nonces
    }

    /// The system's clock and generator.
    public static let system = VaultEnvironment(
        now: {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            return Timestamp(seconds: Int64(time.tv_sec), nanoseconds: UInt32(time.tv_nsec))
        },
        fillRandom: { buffer in
            var generator = SystemRandomNumberGenerator()
            for index in buffer.indices { buffer[index] = UInt8.random(in: 0...255, using: &generator) }
        })

    /// `count` random bytes.
    func randomBytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            fillRandom(UnsafeMutableRawBufferPointer(buffer))
            initialized = count
        }
    }

    /// The random bytes as a generator of numbers.
    var generator: EnvironmentGenerator { EnvironmentGenerator(environment: self) }
}

/// Numbers from an environment's random bytes.
struct EnvironmentGenerator: RandomNumberGenerator {
    let environment: VaultEnvironment

    mutating func next() -> UInt64 {
        var word: UInt64 = 0
        withUnsafeMutableBytes(of: &word) { environment.fillRandom($0) }
        return word
    }
}
