// What the kernels of the chunker's stage 1 share. Internal to CHash.
#ifndef CHASH_TAP_H
#define CHASH_TAP_H

#include "chash_chunker.h"

#include <stdbool.h>
#include <string.h>

// A kernel: the first position in [from, to) at which the chunk that begins at `bytes` is cut (its length is then one
// more), or `to` where there is none. `from` is at least 83; reads within bytes[from - 83 ..< to], no further.
typedef size_t tap_scan(const chash_chunker *rule, const uint8_t *bytes, size_t from, size_t to);

tap_scan tap_scan_portable, tap_scan_sse41, tap_scan_avx2, tap_scan_avx512, tap_scan_neon;

// A kernel tests blocks of up to 64 positions, the last of them shifted back to end at `to`: with the 83 bytes before
// it that needs 147. Below, the portable kernel serves.
enum { TAP_REACH = 83, TAP_VECTOR_LEAST = 147 };

// How far before its use a line is asked of the memory, in bytes. What follows a cut by less than `minimum` is not
// looked at: so far ahead, what is asked for near the end of a chunk is what the next one looks at first.
static inline size_t tap_ahead(const chash_chunker *rule) {
    return rule->minimum < 4096 ? 4096 : rule->minimum > 32768 ? 32768 : rule->minimum;
}

static inline uint64_t tap_word(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

// The 128-bit product of two words, its halves folded together.
static inline uint64_t tap_fold(uint64_t a, uint64_t b) {
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

// Stage 2: a number that depends evenly on 64 bytes.
static inline uint64_t tap_weigh(const uint64_t fold[9], const uint8_t *bytes) {
    uint64_t sum = tap_fold(tap_word(bytes) ^ fold[0], tap_word(bytes + 8) ^ fold[1]);
    sum += tap_fold(tap_word(bytes + 16) ^ fold[2], tap_word(bytes + 24) ^ fold[3]);
    sum += tap_fold(tap_word(bytes + 32) ^ fold[4], tap_word(bytes + 40) ^ fold[5]);
    sum += tap_fold(tap_word(bytes + 48) ^ fold[6], tap_word(bytes + 56) ^ fold[7]);
    return tap_fold(sum ^ fold[8], UINT64_C(0x9e3779b97f4a7c15));
}

// Whether candidate i is a cut. `left` counts the candidates that a chunk may still judge: input that makes every
// position a candidate costs at most `cap` folds a chunk, and where it is cut depends on the chunk's bytes alone.
static inline bool tap_judge(const chash_chunker *rule, const uint8_t *bytes, size_t i, uint32_t *left) {
    if (--*left == 0) return true;
    uint64_t weight = tap_weigh(rule->fold, bytes + i - 63);
    return weight < (i + 1 < rule->normal ? rule->early : rule->late);
}

// Judges the candidates of a block, bit n of `mask` being position base + n; the cut, or `none`.
static inline size_t tap_judge_all(
    const chash_chunker *rule, const uint8_t *bytes, size_t base, uint64_t mask, uint32_t *left, size_t none) {
    for (; mask; mask &= mask - 1) {
        size_t i = base + (size_t)__builtin_ctzll(mask);
        if (tap_judge(rule, bytes, i, left)) return i;
    }
    return none;
}

#endif
