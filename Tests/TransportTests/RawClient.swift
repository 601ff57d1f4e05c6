import COpenSSL
import Model
import NIOCore
import NIOPosix
import NIOSSL
import TestSupport
import Trust

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A client that is not Perigee's, and does what Perigee would not do.
enum RawClient {
    /// What it does.
    enum Kind: String, CaseIterable, Sendable {
        /// TLS 1.3, and no certificate.
        case withoutKey
        /// TLS 1.2 at most.
        case olderTLS
        /// No TLS.
        case web, garbage, oversizedRecord, endsAtOnce
    }

    /// Does it; whether the other side closed the connection within 20 seconds.
    static func run(_ kind: Kind, _ address: HostAddress) throws -> Bool {
        var seed = Seed.fromEnvironment()
        switch kind {
        case .withoutKey: return try tls(address) { _ in }
        case .olderTLS:
            let key = try SiteKey.generate()
            return try tls(address) { settings in
                (settings.minimumTLSVersion, settings.maximumTLSVersion) = (.tlsv12, .tlsv12)
                settings.certificateChain = [
                    .certificate(try NIOSSLCertificate(bytes: key.certificate(), format: .der))
                ]
                settings.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: key.pem(), format: .pem))
            }
        case .web: return try plain(address, Array("GET / HTTP/1.1\r\nHost: here\r\n\r\n".utf8))
        case .garbage: return try plain(address, seed.bytes(100_000))
        // A handshake record that says it is as long as can be, of a hello as long as can be.
        case .oversizedRecord:
            return try plain(
                address, [22, 3, 1, 0xff, 0xff, 1, 0xff, 0xff, 0xff] + [UInt8](repeating: 0, count: 65_526))
        case .endsAtOnce: return try plain(address, [])
        }
    }

    /// A connection that says nothing.
    static func silent(_ address: HostAddress) throws -> Socket { try Socket(address) }

    /// Sends `bytes` with the right key in a certificate that has expired; whether they could be sent.
    static func sendsWithExpiredCertificate(_ key: SiteKey, to address: HostAddress, _ bytes: [UInt8]) throws -> Bool {
        let certificate = try expired(key)
        let pem = try key.pem()
        return try tls(address, sending: bytes) { settings in
            settings.certificateChain = [.certificate(try NIOSSLCertificate(bytes: certificate, format: .der))]
            settings.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: pem, format: .pem))
        }
    }

    /// The certificate of `key`, over since 2021.
    private static func expired(_ key: SiteKey) throws -> [UInt8] {
        let (pem, der) = (try key.pem(), try key.certificate())
        // OpenSSL reads the bytes where they lie, and only now.
        let pair = pem.withUnsafeBytes { bytes in
            let bio = BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count))
            defer { BIO_free(bio) }
            return PEM_read_bio_PrivateKey(bio, nil, nil, nil)
        }
        defer { EVP_PKEY_free(pair) }
        let certificate = der.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            return d2i_X509(nil, &start, buffer.count)
        }
        defer { X509_free(certificate) }
        guard ASN1_TIME_set_string(X509_getm_notAfter(certificate), "20210101000000Z") == 1,
            X509_sign(certificate, pair, EVP_sha256()) > 0
        else { throw PerigeeError(.io, "cannot sign the certificate") }
        var bytes = [UInt8](repeating: 0, count: Int(i2d_X509(certificate, nil)))
        bytes.withUnsafeMutableBufferPointer { buffer in
            var start = buffer.baseAddress
            i2d_X509(certificate, &start)
        }
        return bytes
    }

    private static func tls(
        _ address: HostAddress, sending bytes: [UInt8]? = nil, _ change: (inout TLSConfiguration) throws -> Void
    ) throws -> Bool {
        var settings = TLSConfiguration.makeClientConfiguration()
        settings.certificateVerification = .none
        settings.trustRoots = .certificates([])
        try change(&settings)
        let context = try NIOSSLContext(configuration: settings)
        let channel = try ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let secure = try NIOSSLClientHandler(context: context, serverHostname: nil)
                    try channel.pipeline.syncOperations.addHandler(secure)
                }
            }
            .connect(host: address.host, port: Int(address.port)).wait()
        if let bytes {
            return (try? channel.writeAndFlush(ByteBuffer(bytes: bytes)).wait()) != nil
        }
        let ended = channel.eventLoop.makePromise(of: Bool.self)
        channel.closeFuture.whenComplete { _ in ended.succeed(true) }
        channel.eventLoop.scheduleTask(in: .seconds(120)) { ended.succeed(false) }
        return try ended.futureResult.wait()
    }

    private static func plain(_ address: HostAddress, _ bytes: [UInt8]) throws -> Bool {
        let socket = try Socket(address)
        if bytes.isEmpty { return true }
        socket.send(bytes)
        return socket.isClosedByPeer(within: SecurePair.patience)
    }
}

/// A socket of the system, closed when nobody holds it.
final class Socket {
    private let number: Int32

    init(_ address: HostAddress) throws {
        number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = address.port.bigEndian
        name.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let (number, size) = (number, socklen_t(MemoryLayout<sockaddr_in>.size))
        let result = withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(number, $0, size) }
        }
        guard number >= 0, result == 0 else { throw PerigeeError(.io, "cannot connect") }
    }

    deinit { close(number) }

    /// Sends as much of `bytes` as the other side lets it.
    func send(_ bytes: [UInt8]) { _ = Glibc.send(number, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }

    /// Whether the other side ends the connection in time; what it says before is passed over.
    func isClosedByPeer(within limit: Duration) -> Bool {
        let end = ContinuousClock.now + limit
        var bytes = [UInt8](repeating: 0, count: 4096)
        while ContinuousClock.now < end {
            var wait = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
            guard poll(&wait, 1, 100) > 0 else { continue }
            if recv(number, &bytes, bytes.count, 0) <= 0 { return true }
        }
        return false
    }
}
