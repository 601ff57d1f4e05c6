#include "cboringssl.h"

// As BoringSSL's <openssl/aead.h> declares them, under the prefix that swift-nio-ssl gives all its symbols.
typedef struct evp_aead_st EVP_AEAD;
typedef struct evp_aead_ctx_st EVP_AEAD_CTX;
typedef struct engine_st ENGINE;

extern const EVP_AEAD *CNIOBoringSSL_EVP_aead_aes_256_gcm(void);
extern int CNIOBoringSSL_EVP_AEAD_CTX_init(EVP_AEAD_CTX *context, const EVP_AEAD *aead, const uint8_t *key,
                                           size_t key_count, size_t tag_count, ENGINE *engine);
extern void CNIOBoringSSL_EVP_AEAD_CTX_cleanup(EVP_AEAD_CTX *context);
extern int CNIOBoringSSL_EVP_AEAD_CTX_seal(const EVP_AEAD_CTX *context, uint8_t *out, size_t *out_count,
                                           size_t out_room, const uint8_t *nonce, size_t nonce_count,
                                           const uint8_t *in, size_t in_count, const uint8_t *associated,
                                           size_t associated_count);
extern int CNIOBoringSSL_EVP_AEAD_CTX_open(const EVP_AEAD_CTX *context, uint8_t *out, size_t *out_count,
                                           size_t out_room, const uint8_t *nonce, size_t nonce_count,
                                           const uint8_t *in, size_t in_count, const uint8_t *associated,
                                           size_t associated_count);
extern void CNIOBoringSSL_ERR_clear_error(void);

enum { KEY_COUNT = 32, NONCE_COUNT = 12, TAG_COUNT = 16 };

// The context is a pointer, 560 to 580 bytes of state and a tag's length: a third of the room.
static EVP_AEAD_CTX *context(const cboringssl_key *key) { return (EVP_AEAD_CTX *)(uintptr_t)key->room; }

int cboringssl_key_begin(cboringssl_key *key, const uint8_t *bytes) {
    return CNIOBoringSSL_EVP_AEAD_CTX_init(context(key), CNIOBoringSSL_EVP_aead_aes_256_gcm(), bytes, KEY_COUNT,
                                           TAG_COUNT, NULL);
}

void cboringssl_key_end(cboringssl_key *key) { CNIOBoringSSL_EVP_AEAD_CTX_cleanup(context(key)); }

int cboringssl_seal(const cboringssl_key *key, const uint8_t *nonce, const uint8_t *plain, size_t count,
                    const uint8_t *associated, size_t associated_count, uint8_t *out) {
    size_t written = 0;
    return CNIOBoringSSL_EVP_AEAD_CTX_seal(context(key), out, &written, count + TAG_COUNT, nonce, NONCE_COUNT, plain,
                                           count, associated, associated_count) == 1 &&
           written == count + TAG_COUNT;
}

int cboringssl_open(const cboringssl_key *key, const uint8_t *nonce, const uint8_t *sealed, size_t count,
                    const uint8_t *associated, size_t associated_count, uint8_t *plain) {
    size_t written = 0;
    int whole = CNIOBoringSSL_EVP_AEAD_CTX_open(context(key), plain, &written, count - TAG_COUNT, nonce, NONCE_COUNT,
                                                sealed, count, associated, associated_count) == 1 &&
                written == count - TAG_COUNT;
    if (!whole) CNIOBoringSSL_ERR_clear_error();
    return whole;
}
