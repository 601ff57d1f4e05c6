// BLAKE3 (O'Connor, Aumasson, Neves, Wilcox-O'Hearn, 2020): every mode, over SIMD lanes.
//
// `kernel` is one of CHASH_KERNEL_*; one that the processor lacks is replaced by the portable one.
// `key` is 32 bytes, or NULL for the plain initial value. `mode` is one of CHASH_BLAKE3_*.
// Nothing here allocates; everything may be called from any thread.

#ifndef CHASH_BLAKE3_H
#define CHASH_BLAKE3_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What a hash is for; part of its every compression.
enum {
    CHASH_BLAKE3_PLAIN = 0,
    CHASH_BLAKE3_KEYED = 1 << 4,
    CHASH_BLAKE3_CONTEXT = 1 << 5,
    CHASH_BLAKE3_MATERIAL = 1 << 6,
};

/// A chaining value: what is kept of a subtree.
typedef struct {
    uint32_t words[8];
} chash_blake3_value;

/// A hash that is fed piece by piece; all state is inside.
typedef struct {
    chash_blake3_value key;
    chash_blake3_value chain;
    uint64_t block[8];
    uint64_t chunks;
    uint32_t kernel;
    uint32_t mode;
    uint32_t block_length;
    uint32_t blocks;
    uint32_t depth;
    chash_blake3_value stack[56];
} chash_blake3_hasher;

/// An input of many.
typedef struct {
    const void *bytes;
    size_t length;
} chash_blake3_input;

/// Gives input number `index` of those that `context` stands for.
typedef chash_blake3_input (*chash_blake3_source)(const void *context, size_t index);

/// Writes the 32 bytes of the hash of `input`.
void chash_blake3_hash(
    uint32_t kernel, const uint8_t *key, uint32_t mode, const void *input, size_t length, uint8_t *out);

/// Writes the 32 bytes of the hash of `a` followed by `b`.
void chash_blake3_hash_pair(
    uint32_t kernel, const uint8_t *key, uint32_t mode, const void *a, size_t a_length, const void *b,
    size_t b_length, uint8_t *out);

/// Writes the hashes of `count` inputs, 32 bytes each; inputs of any lengths share the lanes.
void chash_blake3_hash_many(
    uint32_t kernel, const uint8_t *key, uint32_t mode, chash_blake3_source source, const void *context,
    size_t count, uint8_t *out);

/// Writes the 32 bytes of the chaining value of a subtree that is not the root.
///
/// `input` begins at chunk number `chunk`, a multiple of the power of two that its length in chunks rounds up to.
void chash_blake3_subtree(
    uint32_t kernel, const uint8_t *key, uint32_t mode, const void *input, size_t length, uint64_t chunk,
    uint8_t *out);

/// Writes the 32 bytes of the hash whose subtrees, left to right, have these chaining values; uses them up.
///
/// There are two or more, all of one size (a power of two) but the last, which may be smaller.
void chash_blake3_join(
    uint32_t kernel, const uint8_t *key, uint32_t mode, uint8_t *values, size_t count, uint8_t *out);

/// Makes `hasher` the hash of nothing yet.
void chash_blake3_begin(chash_blake3_hasher *hasher, uint32_t kernel, const uint8_t *key, uint32_t mode);

/// Appends `input`.
void chash_blake3_update(chash_blake3_hasher *hasher, const void *input, size_t length);

/// Writes `length` bytes of the extendable output from `offset`; the hasher can go on.
void chash_blake3_finish(const chash_blake3_hasher *hasher, uint64_t offset, void *out, size_t length);

/// Forgets all input; key, mode and kernel stay.
void chash_blake3_reset(chash_blake3_hasher *hasher);

#ifdef __cplusplus
}
#endif

#endif
