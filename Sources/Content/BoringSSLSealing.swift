internal import CBoringSSL
internal import Hashing
internal import Model

/// Seals and opens with AES-256-GCM by BoringSSL, whose kernels use wider AES instructions than OpenSSL's older releases.
final class BoringSSLSealing: Sealing {
    private let room: UnsafeMutablePointer<cboringssl_key>

    /// - Throws: `unsupported` for another cipher.
    init(_ cipher: Cipher) throws(PerigeeError) {
        guard cipher == .aes256GCM else {
            throw PerigeeError(.unsupported, "BoringSSL is not used for \(cipher)", remedy: "use OpenSSL for it")
        }
        room = .allocate(capacity: 1)
    }

    deinit { room.deallocate() }

    func seal(
        _ plain: UnsafeRawBufferPointer, key: HashKey, nonce: Nonce, associated: UnsafeRawBufferPointer,
        into out: UnsafeMutableRawBufferPointer
    ) throws(PerigeeError) {
        let isSealed = withKey(key) { room in
            nonce.withUnsafeBytes { nonce in
                cboringssl_seal(
                    room, nonce.octets, plain.octets, plain.count, associated.octets, associated.count, out.octets)
            }
        }
        guard isSealed else { throw PerigeeError(.unsupported, "BoringSSL cannot seal with AES-256-GCM") }
    }

    func open(
        _ sealed: UnsafeRawBufferPointer, key: HashKey, nonce: Nonce, associated: UnsafeRawBufferPointer,
        into plain: UnsafeMutableRawBufferPointer
    ) -> Bool {
        withKey(key) { room in
            nonce.withUnsafeBytes { nonce in
                cboringssl_open(
                    room, nonce.octets, sealed.octets, sealed.count, associated.octets, associated.count, plain.octets)
            }
        }
    }

    /// Whether `body` says 1 of the key made ready for use; the key is wiped afterwards.
    private func withKey(_ key: HashKey, _ body: (UnsafePointer<cboringssl_key>) -> Int32) -> Bool {
        guard key.withUnsafeBytes({ cboringssl_key_begin(room, $0.octets) }) == 1 else { return false }
        defer { cboringssl_key_end(room) }
        return body(room) == 1
    }
}
