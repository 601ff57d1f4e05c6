// BLAKE3's compression in plain C, after section 2.2 of the paper: the form that the others are checked against.

#include "blake3_internal.h"

static inline uint32_t rotate(uint32_t word, int count) { return word >> count | word << (32 - count); }

static inline void mix(uint32_t v[16], int a, int b, int c, int d, uint32_t x, uint32_t y) {
    v[a] += v[b] + x;
    v[d] = rotate(v[d] ^ v[a], 16);
    v[c] += v[d];
    v[b] = rotate(v[b] ^ v[c], 12);
    v[a] += v[b] + y;
    v[d] = rotate(v[d] ^ v[a], 8);
    v[c] += v[d];
    v[b] = rotate(v[b] ^ v[c], 7);
}

static void compress(
    uint32_t v[16], const uint32_t value[8], const uint8_t *block, uint32_t length, uint64_t counter,
    uint32_t flags) {
    uint32_t m[16];
    for (int i = 0; i < 16; i++) m[i] = b3_load(block + 4 * i);
    memcpy(v, value, 32);
    memcpy(v + 8, b3_iv, 16);
    v[12] = (uint32_t)counter;
    v[13] = (uint32_t)(counter >> 32);
    v[14] = length;
    v[15] = flags;
    for (int round = 0; round < 7; round++) {
        const uint8_t *s = b3_schedule[round];
        mix(v, 0, 4, 8, 12, m[s[0]], m[s[1]]);
        mix(v, 1, 5, 9, 13, m[s[2]], m[s[3]]);
        mix(v, 2, 6, 10, 14, m[s[4]], m[s[5]]);
        mix(v, 3, 7, 11, 15, m[s[6]], m[s[7]]);
        mix(v, 0, 5, 10, 15, m[s[8]], m[s[9]]);
        mix(v, 1, 6, 11, 12, m[s[10]], m[s[11]]);
        mix(v, 2, 7, 8, 13, m[s[12]], m[s[13]]);
        mix(v, 3, 4, 9, 14, m[s[14]], m[s[15]]);
    }
    for (int i = 0; i < 8; i++) v[i] ^= v[i + 8];
}

static void chain(
    uint32_t value[8], const uint8_t *input, size_t blocks, uint32_t end_length, uint64_t counter, uint32_t flags,
    uint32_t start, uint32_t end) {
    for (size_t i = 0; i < blocks; i++) {
        bool is_last = i + 1 == blocks;
        uint32_t v[16];
        compress(
            v, value, input + i * B3_BLOCK, is_last ? end_length : B3_BLOCK, counter,
            flags | (i == 0 ? start : 0) | (is_last ? end : 0));
        memcpy(value, v, 32);
    }
}

static void expand(
    const uint32_t value[8], const uint8_t *block, uint32_t length, uint64_t counter, uint32_t flags, uint8_t *out) {
    uint32_t v[16];
    compress(v, value, block, length, counter, flags);
    for (int i = 0; i < 8; i++) v[i + 8] ^= value[i];
    b3_store_words(out, v);
    b3_store_words(out + 32, v + 8);
}

static void rows(
    const uint8_t *input, size_t count, size_t stride, size_t blocks, const uint32_t key[8], uint64_t counter,
    bool counts, uint32_t flags, uint32_t start, uint32_t end, uint8_t *out) {
    for (size_t row = 0; row < count; row++) {
        uint32_t value[8];
        memcpy(value, key, 32);
        chain(value, input + row * stride, blocks, B3_BLOCK, counter + (counts ? row : 0), flags, start, end);
        b3_store_words(out + row * B3_VALUE, value);
    }
}

// One lane.
static void run(struct b3_lanes *lanes, uint32_t steps) {
    uint32_t value[8];
    uint64_t counter = (uint64_t)lanes->counter_high[0] << 32 | lanes->counter_low[0];
    for (int i = 0; i < 8; i++) value[i] = lanes->start[0] ? lanes->key[i] : lanes->value[i][0];
    for (uint32_t step = 0; step < steps; step++) {
        bool is_last = lanes->left[0] <= 1;
        uint32_t flags = lanes->flags | lanes->start[0] | (is_last ? lanes->end[0] : 0);
        uint32_t length = is_last ? lanes->end_length[0] : B3_BLOCK;
        chain(value, is_last ? lanes->last[0] : lanes->next[0], 1, length, counter, flags, 0, 0);
        lanes->next[0] += B3_BLOCK;
        lanes->start[0] = 0;
        lanes->left[0] -= 1;
    }
    for (int i = 0; i < 8; i++) lanes->value[i][0] = value[i];
}

const struct b3_kernel b3_portable = {1, chain, expand, rows, run};
