// Stage 1 of the chunker for AVX-512BW: 64 positions a step, in half the instructions of AVX2.
#include "tap.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx512f,avx512bw,bmi2")))

typedef struct {
    __m512i tap0, tap6, tap12, tap18, k1, k2;
} tap_constants;

// g of positions p + 1, p + 3 ... p + 63. See tap_avx2.c.
TARGET static inline __m512i tap_terms(const tap_constants *c, const uint8_t *p) {
    __m512i a = _mm512_add_epi16(
        _mm512_maddubs_epi16(c->tap0, _mm512_loadu_si512(p)), _mm512_maddubs_epi16(c->tap6, _mm512_loadu_si512(p - 6)));
    __m512i b = _mm512_add_epi16(
        _mm512_maddubs_epi16(c->tap12, _mm512_loadu_si512(p - 12)),
        _mm512_maddubs_epi16(c->tap18, _mm512_loadu_si512(p - 18)));
    return _mm512_add_epi16(_mm512_mullo_epi16(a, c->k1), _mm512_mullo_epi16(b, c->k2));
}

// h from g of 64 positions of one parity and of the 64 before: 32 positions ago is half a vector ago.
TARGET static inline __m512i tap_sum(__m512i now, __m512i old) {
    return _mm512_add_epi16(_mm512_add_epi16(now, old), _mm512_alignr_epi64(now, old, 4));
}

// A bit for each of the 64 positions, in order.
TARGET static inline uint64_t tap_mask(__m512i even, __m512i odd, __m512i least) {
    uint64_t evens = _mm512_cmpgt_epi16_mask(even, least), odds = _mm512_cmpgt_epi16_mask(odd, least);
    return _pdep_u64(evens, UINT64_C(0x5555555555555555)) | _pdep_u64(odds, UINT64_C(0xaaaaaaaaaaaaaaaa));
}

TARGET size_t tap_scan_avx512(const chash_chunker *rule, const uint8_t *bytes, size_t from, size_t to) {
    if (to < TAP_VECTOR_LEAST) return tap_scan_portable(rule, bytes, from, to);
    const tap_constants c = {
        _mm512_set1_epi16(59 << 8 | 127), _mm512_set1_epi16(113 << 8 | 37), _mm512_set1_epi16(71 << 8 | 97),
        _mm512_set1_epi16(29 << 8 | 109), _mm512_set1_epi16((short)rule->k1), _mm512_set1_epi16((short)rule->k2),
    };
    const __m512i least = _mm512_set1_epi16((short)(32767 - rule->threshold));
    uint32_t left = rule->cap;
    size_t base = from;
    __m512i old_even = tap_terms(&c, bytes + base - 65), old_odd = tap_terms(&c, bytes + base - 64);
    for (; to - base >= 64; base += 64) {
        __m512i even = tap_terms(&c, bytes + base - 1), odd = tap_terms(&c, bytes + base);
        __m512i h_even = tap_sum(even, old_even), h_odd = tap_sum(odd, old_odd);
        if (__builtin_expect(_mm512_cmpgt_epi16_mask(_mm512_max_epi16(h_even, h_odd), least) != 0, 0)) {
            size_t cut = tap_judge_all(rule, bytes, base, tap_mask(h_even, h_odd, least), &left, to);
            if (cut < to) return cut;
        }
        old_even = even;
        old_odd = odd;
    }
    if (base == to) return to;
    const uint8_t *last = bytes + to - 64; // the positions before `base` in it were tested above
    __m512i h_even = tap_sum(tap_terms(&c, last - 1), tap_terms(&c, last - 65));
    __m512i h_odd = tap_sum(tap_terms(&c, last), tap_terms(&c, last - 64));
    uint64_t mask = tap_mask(h_even, h_odd, least) & ~UINT64_C(0) << (base - (to - 64));
    return tap_judge_all(rule, bytes, to - 64, mask, &left, to);
}
#endif
