// Planes in plain C, and the choice of a kernel.
#include "chash_kernel.h"
#include "planes.h"

#include <stdbool.h>

void planes_split2_from(size_t start, const uint8_t *words, size_t count, uint8_t *const planes[2]) {
    uint8_t *restrict low = planes[0], *restrict high = planes[1];
    for (size_t n = start; n < count; n++) {
        uint8_t a = words[2 * n], b = words[2 * n + 1];
        low[n] = (uint8_t)(a << 1 | b >> 7);
        high[n] = (uint8_t)(b << 1 | a >> 7);
    }
}

void planes_join2_from(size_t start, const uint8_t *const planes[2], size_t count, uint8_t *words) {
    const uint8_t *low = planes[0], *high = planes[1];
    uint8_t *restrict out = words;
    for (size_t n = start; n < count; n++) {
        uint8_t a = low[n], b = high[n];
        out[2 * n] = (uint8_t)(a >> 1 | b << 7);
        out[2 * n + 1] = (uint8_t)(b >> 1 | a << 7);
    }
}

void planes_split4_from(size_t start, const uint8_t *words, size_t count, uint8_t *const planes[4]) {
    uint8_t *restrict p0 = planes[0], *restrict p1 = planes[1], *restrict p2 = planes[2], *restrict p3 = planes[3];
    for (size_t n = start; n < count; n++) {
        uint8_t a = words[4 * n], b = words[4 * n + 1], c = words[4 * n + 2], d = words[4 * n + 3];
        p0[n] = (uint8_t)(a << 1 | d >> 7);
        p1[n] = (uint8_t)(b << 1 | a >> 7);
        p2[n] = (uint8_t)(c << 1 | b >> 7);
        p3[n] = (uint8_t)(d << 1 | c >> 7);
    }
}

void planes_join4_from(size_t start, const uint8_t *const planes[4], size_t count, uint8_t *words) {
    const uint8_t *p0 = planes[0], *p1 = planes[1], *p2 = planes[2], *p3 = planes[3];
    uint8_t *restrict out = words;
    for (size_t n = start; n < count; n++) {
        uint8_t a = p0[n], b = p1[n], c = p2[n], d = p3[n];
        out[4 * n] = (uint8_t)(a >> 1 | b << 7);
        out[4 * n + 1] = (uint8_t)(b >> 1 | c << 7);
        out[4 * n + 2] = (uint8_t)(c >> 1 | d << 7);
        out[4 * n + 3] = (uint8_t)(d >> 1 | a << 7);
    }
}

static bool planes_use_avx2(uint32_t kernel) {
#if defined(__x86_64__)
    if (kernel == CHASH_KERNEL_BEST) return __builtin_cpu_supports("avx2");
    return kernel == CHASH_KERNEL_AVX2 || kernel == CHASH_KERNEL_AVX512;
#else
    (void)kernel;
    return false;
#endif
}

#if !defined(__x86_64__)
size_t planes_split2_avx2(const uint8_t *words, size_t count, uint8_t *const planes[2]) { return 0; }
size_t planes_join2_avx2(const uint8_t *const planes[2], size_t count, uint8_t *words) { return 0; }
size_t planes_split4_avx2(const uint8_t *words, size_t count, uint8_t *const planes[4]) { return 0; }
size_t planes_join4_avx2(const uint8_t *const planes[4], size_t count, uint8_t *words) { return 0; }
#endif

void chash_planes_split2(uint32_t kernel, const uint8_t *words, size_t count, uint8_t *const planes[2]) {
    size_t done = planes_use_avx2(kernel) ? planes_split2_avx2(words, count, planes) : 0;
    planes_split2_from(done, words, count, planes);
}

void chash_planes_join2(uint32_t kernel, const uint8_t *const planes[2], size_t count, uint8_t *words) {
    size_t done = planes_use_avx2(kernel) ? planes_join2_avx2(planes, count, words) : 0;
    planes_join2_from(done, planes, count, words);
}

void chash_planes_split4(uint32_t kernel, const uint8_t *words, size_t count, uint8_t *const planes[4]) {
    size_t done = planes_use_avx2(kernel) ? planes_split4_avx2(words, count, planes) : 0;
    planes_split4_from(done, words, count, planes);
}

void chash_planes_join4(uint32_t kernel, const uint8_t *const planes[4], size_t count, uint8_t *words) {
    size_t done = planes_use_avx2(kernel) ? planes_join4_avx2(planes, count, words) : 0;
    planes_join4_from(done, planes, count, words);
}
