// Stage 1 of the chunker for AVX-512BW: 64 positions a step, in half the instructions of AVX2.
#include "tap.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512bw,bmi2")))

typedef struct {
    __m512i tap0, tap6, tap12, tap18, k1, k2;
} tap_constants;

// g or h of 64 positions, the even and the odd ones.
typedef struct {
    __m512i even, odd;
} tap_pair;

// g from eight vectors of bytes. See tap_avx2.c.
TARGET static inline __m512i tap_terms(const tap_constants *c, __m512i s0, __m512i s6, __m512i s12, __m512i s18) {
    __m512i a = _mm512_add_epi16(_mm512_maddubs_epi16(c->tap0, s0), _mm512_maddubs_epi16(c->tap6, s6));
    __m512i b = _mm512_add_epi16(_mm512_maddubs_epi16(c->tap12, s12), _mm512_maddubs_epi16(c->tap18, s18));
    return _mm512_add_epi16(_mm512_mullo_epi16(a, c->k1), _mm512_mullo_epi16(b, c->k2));
}

// g of the positions p ... p + 63, all taps loaded.
TARGET static inline tap_pair tap_anywhere(const tap_constants *c, const uint8_t *p) {
    return (tap_pair){
        tap_terms(
            c, _mm512_loadu_si512(p - 1), _mm512_loadu_si512(p - 7), _mm512_loadu_si512(p - 13),
            _mm512_loadu_si512(p - 19)),
        tap_terms(
            c, _mm512_loadu_si512(p), _mm512_loadu_si512(p - 6), _mm512_loadu_si512(p - 12),
            _mm512_loadu_si512(p - 18)),
    };
}

// The same where p begins a line of the cache, which is `now`, after `before`. A load that is not at a line's beginning
// takes two lines and as much as two loads, and eight of them a step are more than the processor keeps under way while
// lines come from memory: half of the taps are made of the two lines instead.
TARGET static inline tap_pair tap_line(const tap_constants *c, const uint8_t *p, __m512i now, __m512i before) {
    __m512i by16 = _mm512_alignr_epi64(now, before, 6);
    return (tap_pair){
        tap_terms(
            c, _mm512_alignr_epi8(now, by16, 15), _mm512_alignr_epi8(now, by16, 9), _mm512_loadu_si512(p - 13),
            _mm512_loadu_si512(p - 19)),
        tap_terms(
            c, now, _mm512_alignr_epi8(now, by16, 10), _mm512_loadu_si512(p - 12), _mm512_loadu_si512(p - 18)),
    };
}

// h from g of 64 positions of one parity and of the 64 before: 32 positions ago is half a vector ago.
TARGET static inline __m512i tap_sum(__m512i now, __m512i old) {
    return _mm512_add_epi16(_mm512_add_epi16(now, old), _mm512_alignr_epi64(now, old, 4));
}

TARGET static inline tap_pair tap_sums(const tap_pair *now, const tap_pair *old) {
    return (tap_pair){tap_sum(now->even, old->even), tap_sum(now->odd, old->odd)};
}

// A bit for each of the 64 positions, in order.
TARGET static inline uint64_t tap_mask(const tap_pair *h, __m512i least) {
    uint64_t evens = _mm512_cmpgt_epi16_mask(h->even, least), odds = _mm512_cmpgt_epi16_mask(h->odd, least);
    return _pdep_u64(evens, UINT64_C(0x5555555555555555)) | _pdep_u64(odds, UINT64_C(0xaaaaaaaaaaaaaaaa));
}

// What the 64 positions that end at `end` have, without those before `from`.
TARGET static inline size_t tap_tail(
    const chash_chunker *rule, const tap_constants *c, const uint8_t *bytes, size_t from, size_t end, __m512i least,
    uint32_t *left, size_t none) {
    size_t base = end - 64;
    tap_pair old = tap_anywhere(c, bytes + base - 64), now = tap_anywhere(c, bytes + base);
    tap_pair h = tap_sums(&now, &old);
    return tap_judge_all(rule, bytes, base, tap_mask(&h, least) & ~UINT64_C(0) << (from - base), left, none);
}

TARGET size_t tap_scan_avx512(const chash_chunker *rule, const uint8_t *bytes, size_t from, size_t to) {
    if (to < TAP_VECTOR_LEAST) return tap_scan_portable(rule, bytes, from, to);
    const tap_constants c = {
        _mm512_set1_epi16(59 << 8 | 127), _mm512_set1_epi16(113 << 8 | 37), _mm512_set1_epi16(71 << 8 | 97),
        _mm512_set1_epi16(29 << 8 | 109), _mm512_set1_epi16((short)rule->k1), _mm512_set1_epi16((short)rule->k2),
    };
    const __m512i least = _mm512_set1_epi16((short)(32767 - rule->threshold));
    const size_t ahead = tap_ahead(rule);
    uint32_t left = rule->cap;
    // The positions up to the next line, tested with some before `from`, which are left out.
    size_t base = from + (-(uintptr_t)(bytes + from) & 63);
    if (base > from && base <= to && base >= TAP_VECTOR_LEAST) {
        size_t cut = tap_tail(rule, &c, bytes, from, base, least, &left, to);
        if (cut < to) return cut;
    } else {
        base = from;
    }
    if (to - base >= 64) {
        const uint8_t *p = bytes + base;
        tap_pair old = tap_anywhere(&c, p - 64);
        __m512i before = _mm512_loadu_si512(p - 64);
        for (; to - base >= 64; base += 64, p += 64) {
            __builtin_prefetch((const void *)((uintptr_t)p + ahead));
            __m512i line = _mm512_loadu_si512(p);
            tap_pair now = tap_line(&c, p, line, before);
            tap_pair h = tap_sums(&now, &old);
            if (__builtin_expect(_mm512_cmpgt_epi16_mask(_mm512_max_epi16(h.even, h.odd), least) != 0, 0)) {
                size_t cut = tap_judge_all(rule, bytes, base, tap_mask(&h, least), &left, to);
                if (cut < to) return cut;
            }
            old = now;
            before = line;
        }
    }
    return base == to ? to : tap_tail(rule, &c, bytes, base, to, least, &left, to);
}
#endif
