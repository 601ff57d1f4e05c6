// Two more cutters, written from their papers.
#include "rivals.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

size_t rival_gear_cut(const rival_fastcdc *rule, unsigned bits, const uint8_t *bytes, size_t count) {
    if (count <= rule->minimum) return count;
    if (count > rule->maximum) count = rule->maximum;
    uint64_t mask = ~UINT64_C(0) << (64 - bits), hash = 0;
    for (size_t i = rule->minimum - 64; i < rule->minimum; i++) hash = (hash << 1) + rule->gear[bytes[i]];
    for (size_t i = rule->minimum; i < count; i++) {
        hash = (hash << 1) + rule->gear[bytes[i]];
        if (!(hash & mask)) return i + 1;
    }
    return count;
}

static size_t ram_portable(uint8_t greatest, size_t from, const uint8_t *bytes, size_t count) {
    for (size_t i = from; i < count; i++) {
        if (bytes[i] >= greatest) return i + 1;
    }
    return count;
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static size_t ram_avx2(size_t window, const uint8_t *bytes, size_t count) {
    __m256i most = _mm256_setzero_si256();
    size_t i = 0;
    for (; i + 32 <= window; i += 32) {
        most = _mm256_max_epu8(most, _mm256_loadu_si256((const __m256i *)(bytes + i)));
    }
    uint8_t lanes[32], greatest = 0;
    _mm256_storeu_si256((__m256i *)lanes, most);
    for (int lane = 0; lane < 32; lane++) greatest = lanes[lane] > greatest ? lanes[lane] : greatest;
    for (; i < window; i++) greatest = bytes[i] > greatest ? bytes[i] : greatest;
    __m256i bound = _mm256_set1_epi8((char)greatest);
    for (; i + 32 <= count; i += 32) {
        __m256i next = _mm256_loadu_si256((const __m256i *)(bytes + i));
        uint32_t found = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_max_epu8(next, bound), next));
        if (found) return i + (size_t)__builtin_ctz(found) + 1;
    }
    return ram_portable(greatest, i, bytes, count);
}
#endif

size_t rival_ram_cut(size_t window, size_t maximum, const uint8_t *bytes, size_t count) {
    if (count <= window) return count;
    if (count > maximum) count = maximum;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) return ram_avx2(window, bytes, count);
#endif
    uint8_t greatest = 0;
    for (size_t i = 0; i < window; i++) greatest = bytes[i] > greatest ? bytes[i] : greatest;
    return ram_portable(greatest, window, bytes, count);
}
