// Stage 1 of the chunker for SSE4.1 (in fact SSSE3 suffices): 32 positions a step.
#include "tap.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("sse4.1")))

typedef struct {
    __m128i tap0, tap6, tap12, tap18, k1, k2;
} tap_constants;

// g of positions p + 1, p + 3 ... p + 15: each lane pairs s[i-1] with s[i]. See tap_avx2.c.
TARGET static inline __m128i tap_terms(const tap_constants *c, const uint8_t *p) {
    __m128i a = _mm_add_epi16(
        _mm_maddubs_epi16(c->tap0, _mm_loadu_si128((const __m128i *)p)),
        _mm_maddubs_epi16(c->tap6, _mm_loadu_si128((const __m128i *)(p - 6))));
    __m128i b = _mm_add_epi16(
        _mm_maddubs_epi16(c->tap12, _mm_loadu_si128((const __m128i *)(p - 12))),
        _mm_maddubs_epi16(c->tap18, _mm_loadu_si128((const __m128i *)(p - 18))));
    return _mm_add_epi16(_mm_mullo_epi16(a, c->k1), _mm_mullo_epi16(b, c->k2));
}

// g of 32 positions: [0] and [1] the even ones, [2] and [3] the odd ones.
typedef struct {
    __m128i g[4];
} tap_block;

TARGET static inline tap_block tap_block_at(const tap_constants *c, const uint8_t *base) {
    return (tap_block){{tap_terms(c, base - 1), tap_terms(c, base + 15), tap_terms(c, base), tap_terms(c, base + 16)}};
}

TARGET static inline tap_block tap_sum(tap_block a, tap_block b, tap_block c) {
    for (int n = 0; n < 4; n++) a.g[n] = _mm_add_epi16(_mm_add_epi16(a.g[n], b.g[n]), c.g[n]);
    return a;
}

TARGET static inline bool tap_any(tap_block h, __m128i least) {
    __m128i most = _mm_max_epi16(_mm_max_epi16(h.g[0], h.g[1]), _mm_max_epi16(h.g[2], h.g[3]));
    return _mm_movemask_epi8(_mm_cmpgt_epi16(most, least)) != 0;
}

// A bit for each of the 32 positions, in order.
TARGET static uint64_t tap_mask(tap_block h, __m128i least) {
    uint32_t half[2];
    for (int n = 0; n < 2; n++) {
        uint32_t even = (uint32_t)_mm_movemask_epi8(_mm_cmpgt_epi16(h.g[n], least));
        uint32_t odd = (uint32_t)_mm_movemask_epi8(_mm_cmpgt_epi16(h.g[n + 2], least));
        half[n] = (even & 0x5555u) | (odd & 0xaaaau);
    }
    return half[0] | half[1] << 16;
}

TARGET size_t tap_scan_sse41(const chash_chunker *rule, const uint8_t *bytes, size_t from, size_t to) {
    if (to < TAP_VECTOR_LEAST) return tap_scan_portable(rule, bytes, from, to);
    const tap_constants c = {
        _mm_set1_epi16(59 << 8 | 127), _mm_set1_epi16(113 << 8 | 37), _mm_set1_epi16(71 << 8 | 97),
        _mm_set1_epi16(29 << 8 | 109), _mm_set1_epi16((short)rule->k1), _mm_set1_epi16((short)rule->k2),
    };
    const __m128i least = _mm_set1_epi16((short)(32767 - rule->threshold));
    uint32_t left = rule->cap;
    size_t base = from;
    tap_block older = tap_block_at(&c, bytes + base - 64), old = tap_block_at(&c, bytes + base - 32);
    for (; to - base >= 32; base += 32) {
        tap_block now = tap_block_at(&c, bytes + base);
        tap_block h = tap_sum(now, old, older);
        if (__builtin_expect(tap_any(h, least), 0)) {
            size_t cut = tap_judge_all(rule, bytes, base, tap_mask(h, least), &left, to);
            if (cut < to) return cut;
        }
        older = old;
        old = now;
    }
    if (base == to) return to;
    size_t last = to - 32; // the positions before `base` in it were tested above
    tap_block h = tap_sum(
        tap_block_at(&c, bytes + last), tap_block_at(&c, bytes + last - 32), tap_block_at(&c, bytes + last - 64));
    uint64_t mask = tap_mask(h, least) & ~UINT64_C(0) << (base - last);
    return tap_judge_all(rule, bytes, last, mask, &left, to);
}
#endif
