// Stage 1 of the chunker in plain C: the definition that every other kernel must agree with.
#include "tap.h"

// g(i), modulo 2^16.
static inline uint16_t tap_term(const int8_t *s, uint16_t k1, uint16_t k2) {
    int a = 127 * s[-1] + 59 * s[0] + 37 * s[-7] + 113 * s[-6];
    int b = 97 * s[-13] + 71 * s[-12] + 109 * s[-19] + 29 * s[-18];
    return (uint16_t)((uint32_t)a * k1 + (uint32_t)b * k2);
}

size_t tap_scan_portable(const chash_chunker *rule, const uint8_t *bytes, size_t from, size_t to) {
    const int8_t *s = (const int8_t *)bytes;
    const uint16_t k1 = rule->k1, k2 = rule->k2;
    const int16_t least = (int16_t)(32767 - rule->threshold);
    uint32_t left = rule->cap;
    uint16_t g[128]; // of the 64 positions before `base`, and of the 64 from there
    for (size_t n = 0; n < 64; n++) g[n] = tap_term(s + from - 64 + n, k1, k2);
    for (size_t base = from; base < to; base += 64) {
        size_t count = to - base < 64 ? to - base : 64;
        int16_t h[64];
        for (size_t n = 0; n < count; n++) g[64 + n] = tap_term(s + base + n, k1, k2);
        for (size_t n = 0; n < count; n++) h[n] = (int16_t)(uint16_t)(g[64 + n] + g[32 + n] + g[n]);
        uint64_t mask = 0;
        for (size_t n = 0; n < count; n++) mask |= (uint64_t)(h[n] > least) << n;
        size_t cut = tap_judge_all(rule, bytes, base, mask, &left, to);
        if (cut < to) return cut;
        memcpy(g, g + 64, sizeof g / 2);
    }
    return to;
}
