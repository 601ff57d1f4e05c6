// What the parts of BLAKE3 share: constants, the kernel interface, lanes.

#ifndef BLAKE3_INTERNAL_H
#define BLAKE3_INTERNAL_H

#include <stdbool.h>
#include <string.h>

#include "chash_blake3.h"
#include "chash_kernel.h"

enum {
    B3_BLOCK = 64,
    B3_CHUNK = 1024,
    B3_CHUNK_BLOCKS = 16,
    B3_VALUE = 32,
    /// The most lanes that any kernel has.
    B3_LANES_MAX = 16,

    B3_CHUNK_START = 1 << 0,
    B3_CHUNK_END = 1 << 1,
    B3_PARENT = 1 << 2,
    B3_ROOT = 1 << 3,
};

static const uint32_t b3_iv[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                  0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

/// The message word that each round takes at each place: the permutation of the paper, applied again and again.
static const uint8_t b3_schedule[7][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8},
    {3, 4, 10, 12, 13, 2, 7, 14, 6, 5, 9, 0, 11, 15, 8, 1}, {10, 7, 12, 9, 14, 3, 13, 15, 4, 0, 11, 2, 5, 8, 1, 6},
    {12, 13, 9, 11, 15, 10, 14, 8, 7, 2, 5, 3, 0, 1, 6, 4}, {9, 14, 11, 5, 8, 12, 15, 1, 13, 3, 0, 10, 2, 6, 4, 7},
    {11, 15, 5, 0, 1, 9, 8, 6, 14, 10, 2, 12, 3, 4, 7, 13}};

/// Blocks of several inputs, each at its own place in its own chunk, to be compressed side by side.
///
/// Arrays are indexed by lane; a lane with `left` at 0 or below is idle and reads its `last` block again and again.
struct b3_lanes {
    uint32_t value[8][B3_LANES_MAX] __attribute__((aligned(64)));
    uint32_t counter_low[B3_LANES_MAX];
    uint32_t counter_high[B3_LANES_MAX];
    /// Blocks not yet compressed.
    int32_t left[B3_LANES_MAX];
    /// B3_CHUNK_START where the next block is the first: the lane then begins from the key.
    uint32_t start[B3_LANES_MAX];
    /// The flags and the length of the last block.
    uint32_t end[B3_LANES_MAX];
    uint32_t end_length[B3_LANES_MAX];
    const uint8_t *next[B3_LANES_MAX];
    const uint8_t *last[B3_LANES_MAX];
    uint32_t key[8];
    uint32_t flags;
};

/// One form of the compression function: alone, and over lanes.
struct b3_kernel {
    uint32_t lanes;

    /// Chains `blocks` whole blocks: the first with `start` in its flags, the last with `end` and `end_length`.
    void (*chain)(
        uint32_t value[8], const uint8_t *input, size_t blocks, uint32_t end_length, uint64_t counter,
        uint32_t flags, uint32_t start, uint32_t end);

    /// All 64 bytes of output of one block.
    void (*expand)(
        const uint32_t value[8], const uint8_t *block, uint32_t length, uint64_t counter, uint32_t flags,
        uint8_t *out);

    /// The values of `count` rows of `blocks` whole blocks each, `stride` bytes apart.
    ///
    /// Each row has the counter `counter`, or where it `counts` one more than the row before. `out` may be `input`: a row is written after it is read.
    void (*rows)(
        const uint8_t *input, size_t count, size_t stride, size_t blocks, const uint32_t key[8], uint64_t counter,
        bool counts, uint32_t flags, uint32_t start, uint32_t end, uint8_t *out);

    /// Compresses `steps` blocks in each lane; no busy lane has fewer left.
    void (*run)(struct b3_lanes *lanes, uint32_t steps);
};

extern const struct b3_kernel b3_portable;
#if defined(__x86_64__)
extern const struct b3_kernel b3_sse41, b3_avx2, b3_avx512;
#elif defined(__aarch64__)
extern const struct b3_kernel b3_neon;
#endif

/// The kernel that `number` (CHASH_KERNEL_*) stands for on this processor.
const struct b3_kernel *b3_kernel(uint32_t number);

static inline uint32_t b3_load(const uint8_t *bytes) {
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static inline void b3_store(uint8_t *bytes, uint32_t word) {
    for (int i = 0; i < 4; i++) bytes[i] = (uint8_t)(word >> (8 * i));
}

// Whole where memory has the words as they are: what is then loaded as a vector need not wait for eight small stores.
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
static inline void b3_load_words(uint32_t words[8], const uint8_t *bytes) { memcpy(words, bytes, B3_VALUE); }

static inline void b3_store_words(uint8_t *bytes, const uint32_t words[8]) { memcpy(bytes, words, B3_VALUE); }
#else
static inline void b3_load_words(uint32_t words[8], const uint8_t *bytes) {
    for (int i = 0; i < 8; i++) words[i] = b3_load(bytes + 4 * i);
}

static inline void b3_store_words(uint8_t *bytes, const uint32_t words[8]) {
    for (int i = 0; i < 8; i++) b3_store(bytes + 4 * i, words[i]);
}
#endif

/// The words of `key`, or those of the plain initial value.
static inline void b3_key_words(uint32_t words[8], const uint8_t *key) {
    if (key) {
        b3_load_words(words, key);
    } else {
        memcpy(words, b3_iv, sizeof b3_iv);
    }
}

/// How a tree is hashed: the same for all of its nodes.
struct b3_tree {
    const struct b3_kernel *kernel;
    uint32_t key[8];
    uint32_t mode;
};

/// The values of the nodes of one level that cover `input`: at least two where it is longer than a chunk, at most 16.
///
/// Pairing them again and again, an odd last one going up as it is, gives the tree.
size_t b3_wide(const struct b3_tree *tree, const uint8_t *input, size_t length, uint64_t chunk, uint8_t *out);

/// Replaces `count` values by those of their parents; an odd last one goes up as it is. Returns how many are left.
size_t b3_halve(const struct b3_tree *tree, uint8_t *values, size_t count);

/// The values of `count` parents whose children lie in `pairs`.
void b3_parents(const struct b3_tree *tree, const uint8_t *pairs, size_t count, uint32_t flags, uint8_t *out);

/// The value of a chunk of 0 to 1024 bytes, with `end` added to the flags of its last block.
void b3_chunk(
    const struct b3_tree *tree, const uint8_t *input, size_t length, uint64_t chunk, uint32_t end, uint8_t *out);

/// Lanes that are fed with chunks of any lengths, one after another.
struct b3_pool {
    const struct b3_tree *tree;
    /// A bit for each lane that has nothing to do.
    uint32_t idle;
    uint8_t *out[B3_LANES_MAX];
    struct b3_lanes lanes;
    uint8_t padded[B3_LANES_MAX][B3_BLOCK];
};

void b3_pool_begin(struct b3_pool *pool, const struct b3_tree *tree);

/// Puts a chunk of 0 to 1024 bytes into a lane; its value is at `out` after `b3_pool_drain` at the latest.
void b3_pool_add(
    struct b3_pool *pool, const uint8_t *input, size_t length, uint64_t chunk, uint32_t end, uint8_t *out);

/// Finishes what is in the lanes.
void b3_pool_drain(struct b3_pool *pool);

#endif
