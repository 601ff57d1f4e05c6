#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

/// A new key pair on the curve P-256; to be freed with EVP_PKEY_free.
static inline EVP_PKEY *copenssl_new_p256_key(void) { return EVP_EC_gen("P-256"); }

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
/// Whether the processor has the AES and carry-less multiply instructions that make AES-GCM fast.
static inline int copenssl_processor_has_aes(void) {
    unsigned a, b, c, d;
    return __get_cpuid(1, &a, &b, &c, &d) && (c & bit_AES) && (c & bit_PCLMUL);
}
#elif defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
/// Whether the processor has the AES and carry-less multiply instructions that make AES-GCM fast.
static inline int copenssl_processor_has_aes(void) {
    const unsigned long aes = 1ul << 3, multiply = 1ul << 4;
    return (getauxval(AT_HWCAP) & (aes | multiply)) == (aes | multiply);
}
#else
/// Whether the processor has the AES and carry-less multiply instructions that make AES-GCM fast.
static inline int copenssl_processor_has_aes(void) { return 0; }
#endif
