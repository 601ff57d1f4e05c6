import Model
import Transport
import Trust
import Wire
import Workers

/// Two sites on this host that are joined by a socket.
struct SecurePair {
    let key: (near: SiteKey, far: SiteKey)
    let listener: SecureListener
    /// Who was refused, and why.
    let refusals = Monitor<[PerigeeError]>([])
    /// How long to wait for what will come, however slow the machine is.
    static let patience = Duration.seconds(120)
    private let limits: TransportLimits

    /// A site that listens, and lets in who `admits` does not throw for; usually only the near one.
    init(_ limits: TransportLimits = TransportLimits(), admits: (@Sendable (SiteIdentity) throws -> Void)? = nil) throws
    {
        self.limits = limits
        key = (try SiteKey.generate(), try SiteKey.generate())
        let (near, refusals) = (key.near.identity, refusals)
        let usual: @Sendable (SiteIdentity) throws -> Void = { identity in
            guard identity == near else { throw PerigeeError(.denied, "not trusted here: \(identity)") }
        }
        listener = try SecureListener(
            at: HostAddress(host: "127.0.0.1", port: 0), SecureSettings(key.far, limits: limits),
            admits: admits ?? usual
        ) { refusal in refusals.change { $0.append(refusal) } }
    }

    var address: HostAddress { HostAddress(host: "127.0.0.1", port: listener.port) }

    /// Connects with `key`, usually the near one; takes whoever `admits` does, usually only the far one.
    func connect(as key: SiteKey? = nil, admits: (@Sendable (SiteIdentity) throws -> Void)? = nil) throws
        -> SecureStream
    {
        let far = self.key.far.identity
        let dialer = SecureDialer(try SecureSettings(key ?? self.key.near, limits: limits))
        return try dialer.connect(to: address) { identity in
            if let admits { return try admits(identity) }
            guard identity == far else { throw PerigeeError(.refused, "another key: \(identity)") }
        }
    }

    /// Both ends of a new connection.
    func join() throws -> (near: SecureStream, far: SecureStream) {
        let near = try connect()
        guard let far = listener.accept(for: SecurePair.patience) else {
            throw PerigeeError(.io, "nobody came: \(refusals.read { $0 })")
        }
        return (near, far)
    }

    /// The first refusal that the listener told, after waiting for it.
    func refusal() -> PerigeeError? { refusals.wait(for: SecurePair.patience) { $0.first } }
}

extension ByteStream {
    func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try write($0) } }

    /// Reads `count` bytes, or as many as come before the end.
    func read(_ count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: min(count, 300_000))
        while bytes.count < count {
            let wish = min(buffer.count, count - bytes.count)
            let got = try buffer.withUnsafeMutableBytes {
                try read(into: UnsafeMutableRawBufferPointer(rebasing: $0[..<wish]), for: SecurePair.patience)
            }
            guard let got else { throw PerigeeError(.io, "nothing came") }
            if got == 0 { break }
            bytes += buffer[..<got]
        }
        return bytes
    }
}
