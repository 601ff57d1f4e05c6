internal import Content
internal import Files
internal import Hashing
internal import Model

/// How fast records are sealed.
public enum SealYardsticks {
    /// What `perigee bench` shows.
    public static var all: [Yardstick] { [4 << 10, 64 << 10, 1 << 20].map { record($0) } }

    /// Records of `size` bytes, with header, nonce and the derivation of the key, beside the cipher alone.
    public static func record(_ size: Int, threshold: Double? = nil, target: Double? = nil) -> Yardstick {
        Yardstick(
            "seal", "a record of \(size.byteText), key derived", against: "bare AES-256-GCM (BoringSSL)",
            threshold: threshold, target: target
        ) {
            let sealing = try RecordSealing(size)
            let bare = try BareCipher()
            let out = IOBuffer(count: size + BareCipher.tagCount)
            return .race(
                Race(
                    bytes: size, pass: { try sealing.seal() },
                    limit: { try bare.seal(sealing.plain, into: out.bytes) }))
        }
    }
}

/// Makes records of the same bytes, again and again.
public final class RecordSealing {
    private let sample: SampleBytes
    private let envelope: Envelope
    private let id: ContentID
    private let out: IOBuffer

    /// Records of `size` bytes that are stored as they are.
    public init(_ size: Int) throws {
        var generator = SystemRandomNumberGenerator()
        sample = .random(size)
        envelope = try Envelope(KeyRing.new(using: &generator), .stored, cipher: .aes256GCM)
        id = envelope.identify(sample.bytes)
        out = IOBuffer(count: Envelope.bound(sample.bytes.count))
    }

    /// The bytes.
    public var plain: UnsafeRawBufferPointer { sample.bytes }

    /// Seals them once.
    public func seal() throws { try envelope.close(plain, id: id, kind: .chunk, into: out.bytes) }
}
