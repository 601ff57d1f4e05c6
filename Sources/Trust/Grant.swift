public import Model

/// A signed word of one site that another may do something at a third for a short while.
///
///     let grant = try Grant(subject: a, audience: b, export: "data", rights: [.write], at: now, lifetime: 600, by: key)
public struct Grant: Sendable, Equatable {
    /// Who gives it: the public key of the site that signed.
    public let issuer: [UInt8]
    /// Who may do it.
    public let subject: SiteIdentity
    /// Where.
    public let audience: SiteIdentity
    /// With which export there.
    public let export: String
    /// What: reading, writing, or both.
    public let rights: Set<TrustEntry.Right>
    /// When it was signed.
    public let issued: Timestamp
    /// When it ends.
    public let expires: Timestamp
    /// Sixteen bytes by which one grant is told from every other.
    public let nonce: [UInt8]
    /// All of it as it is sent.
    public let bytes: [UInt8]

    /// The longest that one may last, in seconds.
    public static let lifetimeMax: Int64 = 3600
    /// How far the clocks of the sites may be apart, in seconds.
    public static let skewMax: Int64 = 120
    /// The most bytes that one takes.
    public static let sizeMax = 1024

    /// Who gives it.
    public var issuerIdentity: SiteIdentity { SiteIdentity(publicKey: issuer) }

    /// Signs a grant that lasts for `lifetime` seconds from `now` on.
    public init(
        subject: SiteIdentity, audience: SiteIdentity, export: String, rights: Set<TrustEntry.Right>,
        at now: Timestamp, lifetime: Int64, by key: SiteKey
    ) throws {
        precondition(
            (1...Self.lifetimeMax).contains(lifetime) && rights.isSubset(of: [.read, .write]), "as the limits say")
        var random = SystemRandomNumberGenerator()
        (issuer, self.subject, self.audience, self.export) = (key.publicKey, subject, audience, export)
        (self.rights, issued) = (rights, Timestamp(seconds: now.seconds))
        expires = Timestamp(seconds: now.seconds + lifetime)
        nonce = (0..<GrantCoding.nonceSize).map { _ in UInt8.random(in: 0...255, using: &random) }
        let unsigned = GrantCoding.encode(
            issuer, subject, audience, rights, issued: issued.seconds, expires: expires.seconds, nonce, export)
        let signature = try key.sign(unsigned)
        bytes = unsigned + [UInt8(signature.count)] + signature
    }

    /// Reads a grant, of which nothing is known; its signature is that of its issuer, whoever that is.
    ///
    /// - Throws: `format` where the bytes are none, `damaged` where the signature is wrong.
    public init(_ bytes: [UInt8]) throws {
        guard bytes.count <= Self.sizeMax, let fields = GrantCoding.decode(bytes) else {
            throw PerigeeError(
                .format, "what came is no grant", remedy: "use the same version of perigee at all three sites")
        }
        guard SiteKey.verify(fields.signature, of: fields.signed, publicKey: fields.issuer) else {
            throw PerigeeError(
                .damaged, "the grant's signature is wrong",
                remedy: "run the same command again; if this comes again, "
                    + "somebody on the way changes it")
        }
        (issuer, subject, audience, rights) = (fields.issuer, fields.subject, fields.audience, fields.rights)
        (issued, expires) = (Timestamp(seconds: fields.issued), Timestamp(seconds: fields.expires))
        (nonce, export) = (fields.nonce, fields.export)
        self.bytes = bytes
    }

    /// Whether it is valid at `now`, which may be ``skewMax`` off.
    ///
    /// - Throws: `refused` where it has expired, is not valid yet, or lasts longer than grants may.
    public func check(at now: Timestamp) throws {
        let (lifetime, overflow) = expires.seconds.subtractingReportingOverflow(issued.seconds)
        guard !overflow, (1...Self.lifetimeMax).contains(lifetime) else {
            throw Self.refusal("the grant lasts longer than an hour")
        }
        let (end, isEndless) = expires.seconds.addingReportingOverflow(Self.skewMax)
        guard !isEndless, now.seconds < end else { throw Self.refusal("the grant has expired") }
        let (start, isEarly) = issued.seconds.subtractingReportingOverflow(Self.skewMax)
        guard !isEarly, now.seconds >= start else { throw Self.refusal("the grant is not valid yet") }
    }

    private static func refusal(_ message: String) -> PerigeeError {
        PerigeeError(
            .refused, message,
            remedy: "run the same command again; if this comes again, set the clocks of the three sites: they may be "
                + "\(skewMax) s apart")
    }
}
