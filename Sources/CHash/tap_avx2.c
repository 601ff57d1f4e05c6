// Stage 1 of the chunker for AVX2: 64 positions a step.
#include "tap.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx2")))

typedef struct {
    __m256i tap0, tap6, tap12, tap18, k1, k2;
} tap_constants;

// g of positions p + 1, p + 3 ... p + 31: each lane of a load at p pairs s[i-1] with s[i], of one at p - 6 s[i-7] with
// s[i-6], and so on. The coefficients are the unsigned operand; 127 * 128 + 59 * 128 and the like stay below 32768,
// so that nothing saturates.
TARGET static inline __m256i tap_terms(const tap_constants *c, const uint8_t *p) {
    __m256i a = _mm256_add_epi16(
        _mm256_maddubs_epi16(c->tap0, _mm256_loadu_si256((const __m256i *)p)),
        _mm256_maddubs_epi16(c->tap6, _mm256_loadu_si256((const __m256i *)(p - 6))));
    __m256i b = _mm256_add_epi16(
        _mm256_maddubs_epi16(c->tap12, _mm256_loadu_si256((const __m256i *)(p - 12))),
        _mm256_maddubs_epi16(c->tap18, _mm256_loadu_si256((const __m256i *)(p - 18))));
    return _mm256_add_epi16(_mm256_mullo_epi16(a, c->k1), _mm256_mullo_epi16(b, c->k2));
}

// g or h of 64 positions: the even and odd ones of the first 32 and of the second.
typedef struct {
    __m256i even0, odd0, even1, odd1;
} tap_block;

TARGET static inline tap_block tap_block_at(const tap_constants *c, const uint8_t *base) {
    return (tap_block){tap_terms(c, base - 1), tap_terms(c, base), tap_terms(c, base + 31), tap_terms(c, base + 32)};
}

// h from g of a block and of the one before it.
TARGET static inline tap_block tap_sum(const tap_block *now, const tap_block *old) {
    return (tap_block){
        _mm256_add_epi16(now->even0, _mm256_add_epi16(old->even1, old->even0)),
        _mm256_add_epi16(now->odd0, _mm256_add_epi16(old->odd1, old->odd0)),
        _mm256_add_epi16(now->even1, _mm256_add_epi16(now->even0, old->even1)),
        _mm256_add_epi16(now->odd1, _mm256_add_epi16(now->odd0, old->odd1)),
    };
}

TARGET static inline bool tap_any(const tap_block *h, __m256i least) {
    __m256i most = _mm256_max_epi16(_mm256_max_epi16(h->even0, h->odd0), _mm256_max_epi16(h->even1, h->odd1));
    return _mm256_movemask_epi8(_mm256_cmpgt_epi16(most, least)) != 0;
}

// A bit for each of the 64 positions, in order.
TARGET static uint64_t tap_mask(const tap_block *h, __m256i least) {
    uint32_t even0 = (uint32_t)_mm256_movemask_epi8(_mm256_cmpgt_epi16(h->even0, least));
    uint32_t odd0 = (uint32_t)_mm256_movemask_epi8(_mm256_cmpgt_epi16(h->odd0, least));
    uint32_t even1 = (uint32_t)_mm256_movemask_epi8(_mm256_cmpgt_epi16(h->even1, least));
    uint32_t odd1 = (uint32_t)_mm256_movemask_epi8(_mm256_cmpgt_epi16(h->odd1, least));
    uint32_t low = (even0 & 0x55555555u) | (odd0 & 0xaaaaaaaau);
    uint32_t high = (even1 & 0x55555555u) | (odd1 & 0xaaaaaaaau);
    return low | (uint64_t)high << 32;
}

TARGET size_t tap_scan_avx2(const chash_chunker *rule, const uint8_t *bytes, size_t from, size_t to) {
    if (to < TAP_VECTOR_LEAST) return tap_scan_portable(rule, bytes, from, to);
    const tap_constants c = {
        _mm256_set1_epi16(59 << 8 | 127), _mm256_set1_epi16(113 << 8 | 37), _mm256_set1_epi16(71 << 8 | 97),
        _mm256_set1_epi16(29 << 8 | 109), _mm256_set1_epi16((short)rule->k1), _mm256_set1_epi16((short)rule->k2),
    };
    const __m256i least = _mm256_set1_epi16((short)(32767 - rule->threshold));
    uint32_t left = rule->cap;
    const size_t ahead = tap_ahead(rule);
    size_t base = from;
    tap_block old = tap_block_at(&c, bytes + base - 64);
    for (; to - base >= 64; base += 64) {
        __builtin_prefetch((const void *)((uintptr_t)(bytes + base) + ahead));
        tap_block now = tap_block_at(&c, bytes + base);
        tap_block h = tap_sum(&now, &old);
        if (__builtin_expect(tap_any(&h, least), 0)) {
            size_t cut = tap_judge_all(rule, bytes, base, tap_mask(&h, least), &left, to);
            if (cut < to) return cut;
        }
        old = now;
    }
    if (base == to) return to;
    size_t last = to - 64; // the positions before `base` in it were tested above
    old = tap_block_at(&c, bytes + last - 64);
    tap_block now = tap_block_at(&c, bytes + last);
    tap_block h = tap_sum(&now, &old);
    uint64_t mask = tap_mask(&h, least) & ~UINT64_C(0) << (base - last);
    return tap_judge_all(rule, bytes, last, mask, &left, to);
}
#endif
