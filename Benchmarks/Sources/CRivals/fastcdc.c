// FastCDC, written from the paper: section 3.2 (gear hash), 3.3 (spread masks), 3.5 (normalised chunking), 3.7 (rolling
// two bytes each time).
#include "rivals.h"

// SplitMix64 (Steele, Lea, Flood, 2014): the random table of the gear hash.
static uint64_t next_random(uint64_t *state) {
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

// `bits` ones, spread over the upper 48 bits but the highest, which the shifted mask of a step of two needs.
static uint64_t spread_mask(unsigned bits) {
    uint64_t mask = 0;
    for (unsigned i = 0; i < bits; i++) mask |= UINT64_C(1) << (62 - i * 46 / bits);
    return mask;
}

void rival_fastcdc_init(rival_fastcdc *rule, unsigned bits, size_t minimum, size_t normal, size_t maximum) {
    uint64_t state = 1;
    for (int i = 0; i < 256; i++) {
        rule->gear[i] = next_random(&state);
        rule->gear_shifted[i] = rule->gear[i] << 1;
    }
    rule->mask_early = spread_mask(bits + 2);
    rule->mask_late = spread_mask(bits - 2);
    rule->minimum = minimum;
    rule->normal = normal;
    rule->maximum = maximum;
}

size_t rival_fastcdc_cut1(const rival_fastcdc *rule, const uint8_t *bytes, size_t count) {
    if (count <= rule->minimum) return count;
    if (count > rule->maximum) count = rule->maximum;
    size_t normal = rule->normal < count ? rule->normal : count;
    uint64_t hash = 0;
    size_t i = rule->minimum;
    for (; i < normal; i++) {
        hash = (hash << 1) + rule->gear[bytes[i]];
        if (!(hash & rule->mask_early)) return i + 1;
    }
    for (; i < count; i++) {
        hash = (hash << 1) + rule->gear[bytes[i]];
        if (!(hash & rule->mask_late)) return i + 1;
    }
    return count;
}

// One step: the hash after the first byte stands one bit to the left, and is held against the mask shifted likewise.
static inline __attribute__((always_inline)) size_t scan2(
    const rival_fastcdc *rule, const uint8_t *bytes, size_t from, size_t to, uint64_t mask, uint64_t *state) {
    uint64_t hash = *state, shifted = mask << 1;
    size_t i = from;
    for (; i + 1 < to; i += 2) {
        hash = (hash << 2) + rule->gear_shifted[bytes[i]];
        if (!(hash & shifted)) return i + 1;
        hash += rule->gear[bytes[i + 1]];
        if (!(hash & mask)) return i + 2;
    }
    if (i < to) {
        hash = (hash << 1) + rule->gear[bytes[i]];
        if (!(hash & mask)) return i + 1;
    }
    *state = hash;
    return 0;
}

size_t rival_fastcdc_cut2(const rival_fastcdc *rule, const uint8_t *bytes, size_t count) {
    if (count <= rule->minimum) return count;
    if (count > rule->maximum) count = rule->maximum;
    size_t normal = rule->normal < count ? rule->normal : count;
    uint64_t hash = 0;
    size_t cut = scan2(rule, bytes, rule->minimum, normal, rule->mask_early, &hash);
    if (!cut && normal >= rule->minimum) cut = scan2(rule, bytes, normal, count, rule->mask_late, &hash);
    return cut ? cut : count;
}
