internal import Files
internal import Model
internal import Transport
internal import Trust
internal import Wire
internal import Workers

/// How fast bytes go from one site to another, both on this host.
public enum WireYardsticks {
    /// What `perigee bench` shows.
    public static var all: [Yardstick] { [stream(), messages()] }

    private static let amount = 128 << 20

    /// A stream over TLS for threads that block, beside TLS on event loops alone.
    public static func stream(threshold: Double? = nil) -> Yardstick {
        Yardstick(
            "wire", "a stream over TLS, one way", against: "SwiftNIO and NIOSSL alone", threshold: threshold,
            target: 0.7
        ) {
            let (link, bare) = (try SecureLink(), try BareTLS())
            let part = IOBuffer(count: 256 << 10)
            return .race(
                Race(
                    bytes: amount, pass: { try link.moveBytes(amount, UnsafeRawBufferPointer(part.bytes)) },
                    limit: { try bare.move(amount) }))
        }
    }

    /// Messages of a channel over it, with their checksums and credit.
    public static func messages(threshold: Double? = nil) -> Yardstick {
        Yardstick(
            "wire", "messages of 1 MiB over TLS, one way", against: "SwiftNIO and NIOSSL alone", threshold: threshold,
            target: 0.7
        ) {
            let (link, bare) = (try SecureLink(), try BareTLS())
            let messages = try MessageLink(link)
            let part = IOBuffer(count: 1 << 20)
            return .race(
                Race(
                    bytes: amount, pass: { try messages.move(amount, UnsafeRawBufferPointer(part.bytes)) },
                    limit: { try bare.move(amount) }))
        }
    }
}

/// Two ends of a stream over TLS, both in this process.
final class SecureLink {
    let near: SecureStream
    let far: SecureStream
    private let listener: SecureListener

    init() throws {
        let (key, other) = (try SiteKey.generate(), try SiteKey.generate())
        let here = HostAddress(host: "127.0.0.1", port: 0)
        listener = try SecureListener(at: here, SecureSettings(key), admits: { _ in }, onRefusal: { _ in })
        let address = HostAddress(host: here.host, port: listener.port)
        near = try SecureDialer(SecureSettings(other)).connect(to: address) { _ in }
        guard let far = listener.accept(for: .seconds(10)) else {
            throw PerigeeError(.io, "this host cannot connect to itself", at: "\(address)")
        }
        self.far = far
    }

    deinit {
        near.close()
        far.close()
        listener.close()
    }

    /// Moves `count` bytes in pieces like `part`, and returns when all have come.
    func moveBytes(_ count: Int, _ part: UnsafeRawBufferPointer) throws {
        let far = far
        let failure = Monitor<(any Error)?>(nil)
        let reader = Companion {
            let buffer = IOBuffer(count: 512 << 10)
            var left = count
            do {
                while left > 0 {
                    let wish = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<min(left, buffer.bytes.count)])
                    left -= try far.read(into: wish, for: .seconds(10)) ?? 0
                }
            } catch { failure.change { $0 = error } }
        }
        for _ in 0..<count / part.count { try near.write(part) }
        reader.join()
        if let error = failure.read({ $0 }) { throw error }
    }
}

/// A channel of a connection over such a stream.
private final class MessageLink {
    private let link: SecureLink
    private let near: Connection
    private let far: Connection
    private let sending: Channel
    private let receiving: Channel

    init(_ link: SecureLink) throws {
        self.link = link
        let (here, there) = (link.near, link.far)
        let made = Monitor<Connection?>(nil)
        let other = Companion {
            let connection = try? Connection(there, role: .responder)
            made.change { $0 = connection }
        }
        near = try Connection(here, role: .initiator)
        other.join()
        guard let far = made.read({ $0 }) else { throw PerigeeError(.io, "the two ends do not understand each other") }
        self.far = far
        sending = try near.open("load")
        guard let receiving = try far.accept() else { throw PerigeeError(.io, "the channel did not come") }
        self.receiving = receiving
    }

    /// Sends `count` bytes in messages like `part`, and returns when all were taken.
    func move(_ count: Int, _ part: UnsafeRawBufferPointer) throws {
        let (receiving, messages) = (receiving, count / part.count)
        let reader = Companion {
            for _ in 0..<messages { guard (try? receiving.receive()) != nil else { return } }
            try? receiving.send(1)
        }
        for _ in 0..<messages { try sending.send(1, [part]) }
        reader.join()
        _ = try sending.receive()
    }
}
