// Stage 1 of the chunker for NEON: 32 positions a step, in order (widening multiplication needs no pairing).
#include "tap.h"

#if defined(__aarch64__)
#include <arm_neon.h>

// g of 16 positions, or h.
typedef struct {
    int16x8_t low, high;
} tap_terms;

// Adds `coefficient` times the 16 bytes at p.
static inline void tap_add(tap_terms *sum, const uint8_t *p, int8_t coefficient) {
    int8x16_t s = vreinterpretq_s8_u8(vld1q_u8(p)), factor = vdupq_n_s8(coefficient);
    sum->low = vmlal_s8(sum->low, vget_low_s8(s), vget_low_s8(factor));
    sum->high = vmlal_high_s8(sum->high, s, factor);
}

// g of the 16 positions from p on.
static inline tap_terms tap_terms_at(const uint8_t *p, int16_t k1, int16_t k2) {
    tap_terms a = {vdupq_n_s16(0), vdupq_n_s16(0)}, b = a;
    tap_add(&a, p - 1, 127);
    tap_add(&a, p, 59);
    tap_add(&a, p - 7, 37);
    tap_add(&a, p - 6, 113);
    tap_add(&b, p - 13, 97);
    tap_add(&b, p - 12, 71);
    tap_add(&b, p - 19, 109);
    tap_add(&b, p - 18, 29);
    a.low = vmlaq_n_s16(vmulq_n_s16(a.low, k1), b.low, k2);
    a.high = vmlaq_n_s16(vmulq_n_s16(a.high, k1), b.high, k2);
    return a;
}

static inline tap_terms tap_sum(tap_terms a, tap_terms b, tap_terms c) {
    a.low = vaddq_s16(a.low, vaddq_s16(b.low, c.low));
    a.high = vaddq_s16(a.high, vaddq_s16(b.high, c.high));
    return a;
}

// A bit for each of 8 positions, in order.
static inline uint64_t tap_bits(int16x8_t h, int16x8_t least) {
    static const uint8_t bits[8] = {1, 2, 4, 8, 16, 32, 64, 128};
    return vaddv_u8(vand_u8(vmovn_u16(vcgtq_s16(h, least)), vld1_u8(bits)));
}

static inline uint64_t tap_mask(tap_terms first, tap_terms second, int16x8_t least) {
    return tap_bits(first.low, least) | tap_bits(first.high, least) << 8 | tap_bits(second.low, least) << 16
        | tap_bits(second.high, least) << 24;
}

static inline bool tap_any(tap_terms first, tap_terms second, int16_t least) {
    int16x8_t most = vmaxq_s16(vmaxq_s16(first.low, first.high), vmaxq_s16(second.low, second.high));
    return vmaxvq_s16(most) > least;
}

size_t tap_scan_neon(const chash_chunker *rule, const uint8_t *bytes, size_t from, size_t to) {
    if (to < TAP_VECTOR_LEAST) return tap_scan_portable(rule, bytes, from, to);
    const int16_t k1 = (int16_t)rule->k1, k2 = (int16_t)rule->k2, least = (int16_t)(32767 - rule->threshold);
    const int16x8_t leasts = vdupq_n_s16(least);
    uint32_t left = rule->cap;
    size_t base = from;
    tap_terms old[4]; // g of the 64 positions before `base`
    for (int n = 0; n < 4; n++) old[n] = tap_terms_at(bytes + base - 64 + 16 * n, k1, k2);
    for (; to - base >= 32; base += 32) {
        tap_terms first = tap_terms_at(bytes + base, k1, k2), second = tap_terms_at(bytes + base + 16, k1, k2);
        tap_terms h0 = tap_sum(first, old[2], old[0]), h1 = tap_sum(second, old[3], old[1]);
        if (__builtin_expect(tap_any(h0, h1, least), 0)) {
            size_t cut = tap_judge_all(rule, bytes, base, tap_mask(h0, h1, leasts), &left, to);
            if (cut < to) return cut;
        }
        old[0] = old[2];
        old[1] = old[3];
        old[2] = first;
        old[3] = second;
    }
    if (base == to) return to;
    const uint8_t *last = bytes + to - 32; // the positions before `base` in it were tested above
    tap_terms h0 = tap_sum(
        tap_terms_at(last, k1, k2), tap_terms_at(last - 32, k1, k2), tap_terms_at(last - 64, k1, k2));
    tap_terms h1 = tap_sum(
        tap_terms_at(last + 16, k1, k2), tap_terms_at(last - 16, k1, k2), tap_terms_at(last - 48, k1, k2));
    uint64_t mask = tap_mask(h0, h1, leasts) & ~UINT64_C(0) << (base - (to - 32));
    return tap_judge_all(rule, bytes, to - 32, mask, &left, to);
}
#endif
