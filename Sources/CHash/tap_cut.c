// Chooses a kernel and turns what it finds into the length of a chunk.
#include "tap.h"

#include "chash_kernel.h"

static tap_scan *tap_kernel(uint32_t kernel) {
    switch (kernel) {
#if defined(__x86_64__)
    case CHASH_KERNEL_AVX512:
        if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("bmi2")) return tap_scan_avx512;
        return tap_scan_avx2;
    case CHASH_KERNEL_AVX2: return tap_scan_avx2;
    case CHASH_KERNEL_SSE41: return tap_scan_sse41;
#elif defined(__aarch64__)
    case CHASH_KERNEL_NEON: return tap_scan_neon;
#endif
    default: return tap_scan_portable;
    }
}

size_t chash_chunker_cut(
    const chash_chunker *rule, uint32_t kernel, const uint8_t *bytes, size_t count, int is_last) {
    // A chunk of length n ends with position n - 1. At `maximum` it ends untested.
    size_t from = rule->minimum - 1;
    size_t to = count < rule->maximum ? count : rule->maximum - 1;
    if (from < to) {
        size_t cut = tap_kernel(kernel)(rule, bytes, from, to);
        if (cut < to) return cut + 1;
    }
    if (count >= rule->maximum) return rule->maximum;
    return is_last ? count : 0;
}
