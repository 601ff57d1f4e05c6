// Which forms of the byte work this processor can run.

#include "blake3_internal.h"

#if defined(__x86_64__)
#include <cpuid.h>

enum { AVX_STATE = 0x06, AVX512_STATE = 0xe6 };

/// The register files that the system saves (XCR0).
static uint64_t saved_state(void) {
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (uint64_t)high << 32 | low;
}

/// A bit for each kernel, by its number.
static uint32_t detect(void) {
    uint32_t found = 1u << CHASH_KERNEL_PORTABLE;
    uint32_t a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d)) return found;
    if ((c & bit_SSE4_1) && (c & bit_SSSE3)) found |= 1u << CHASH_KERNEL_SSE41;
    if (!(c & bit_OSXSAVE) || !(c & bit_AVX)) return found;
    uint64_t state = saved_state();
    if ((state & AVX_STATE) != AVX_STATE || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return found;
    if (!(b & bit_AVX2)) return found;
    found |= 1u << CHASH_KERNEL_AVX2;
    uint32_t wanted = bit_AVX512F | bit_AVX512VL;
    if ((b & wanted) == wanted && (state & AVX512_STATE) == AVX512_STATE) found |= 1u << CHASH_KERNEL_AVX512;
    return found;
}
#elif defined(__aarch64__)
static uint32_t detect(void) { return 1u << CHASH_KERNEL_PORTABLE | 1u << CHASH_KERNEL_NEON; }
#else
static uint32_t detect(void) { return 1u << CHASH_KERNEL_PORTABLE; }
#endif

/// What `detect` found; 0 until it was asked. Threads that ask at the same time find the same.
static uint32_t available(void) {
    static uint32_t known;
    uint32_t found = __atomic_load_n(&known, __ATOMIC_RELAXED);
    if (found) return found;
    found = detect();
    __atomic_store_n(&known, found, __ATOMIC_RELAXED);
    return found;
}

bool chash_kernel_available(uint32_t kernel) {
    return kernel == CHASH_KERNEL_BEST || (kernel < 32 && (available() >> kernel & 1));
}

const struct b3_kernel *b3_kernel(uint32_t number) {
    uint32_t found = available();
    if (number != CHASH_KERNEL_BEST) found &= number < 32 ? 1u << number : 0;
#if defined(__x86_64__)
    if (found >> CHASH_KERNEL_AVX512 & 1) return &b3_avx512;
    if (found >> CHASH_KERNEL_AVX2 & 1) return &b3_avx2;
    if (found >> CHASH_KERNEL_SSE41 & 1) return &b3_sse41;
#elif defined(__aarch64__)
    if (found >> CHASH_KERNEL_NEON & 1) return &b3_neon;
#endif
    return &b3_portable;
}
