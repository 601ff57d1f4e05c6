#ifndef CBORINGSSL_H
#define CBORINGSSL_H

#include <stddef.h>
#include <stdint.h>

// AES-256-GCM of the BoringSSL that swift-nio-ssl carries and links, straight from buffer to buffer. A key has 32 bytes, a
// nonce 12, a tag 16.

/// Room for a key that is ready for use; its content is BoringSSL's own.
typedef struct {
    _Alignas(16) unsigned char room[2048];
} cboringssl_key;

/// Makes `key` ready; 1, or 0 where BoringSSL cannot. To be followed by `cboringssl_key_end`.
int cboringssl_key_begin(cboringssl_key *key, const uint8_t *bytes);

/// Wipes `key`.
void cboringssl_key_end(cboringssl_key *key);

/// Writes the sealed `count` bytes of `plain` and the tag to `out`; 1, or 0 where BoringSSL cannot.
int cboringssl_seal(const cboringssl_key *key, const uint8_t *nonce, const uint8_t *plain, size_t count,
                    const uint8_t *associated, size_t associated_count, uint8_t *out);

/// Writes the bytes behind the `count` sealed ones, tag included, to `plain`; 1, or 0 where the seal is broken.
int cboringssl_open(const cboringssl_key *key, const uint8_t *nonce, const uint8_t *sealed, size_t count,
                    const uint8_t *associated, size_t associated_count, uint8_t *plain);

#endif
