internal import CBoringSSL
internal import Model

/// AES-256-GCM of the faster library, and nothing besides: one key made ready once, a nonce and a tag a message.
final class BareCipher {
    /// How many bytes longer than the plain ones the sealed ones are.
    static let tagCount = 16

    private let key: UnsafeMutablePointer<cboringssl_key>
    private var nonce: (UInt32, UInt32, UInt32) = (0, 0, 0)

    /// - Throws: `unsupported` where the library cannot be used.
    init() throws {
        key = .allocate(capacity: 1)
        guard cboringssl_key_begin(key, [UInt8](repeating: 7, count: 32)) == 1 else { throw Self.unsupported }
    }

    deinit {
        cboringssl_key_end(key)
        key.deallocate()
    }

    /// Seals `plain` into `out`, which has ``tagCount`` bytes more.
    func seal(_ plain: UnsafeRawBufferPointer, into out: UnsafeMutableRawBufferPointer) throws {
        precondition(out.count >= plain.count + Self.tagCount, "the tag needs room too")
        nonce.0 &+= 1
        let isSealed = withUnsafeBytes(of: &nonce) { nonce in
            cboringssl_seal(
                key, nonce.assumingMemoryBound(to: UInt8.self).baseAddress,
                plain.assumingMemoryBound(to: UInt8.self).baseAddress, plain.count, nil, 0,
                out.assumingMemoryBound(to: UInt8.self).baseAddress)
        }
        guard isSealed == 1 else { throw Self.unsupported }
    }

    private static var unsupported: PerigeeError {
        PerigeeError(.unsupported, "BoringSSL cannot seal with AES-256-GCM")
    }
}
