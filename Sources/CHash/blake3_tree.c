// BLAKE3's tree over one input: chunks at the leaves, parents by levels, so that the lanes are full almost always.

#include "blake3_internal.h"

enum {
    /// The chunks whose values are made before any parent: two levels of parents are full for 16 lanes.
    LEAVES = 64,
    /// The most values that a subtree hands up.
    BREADTH = 16,
    /// Fewer chunks than this, the last of them short, are quicker without the lanes.
    LANES_PAY = 3,
};

void b3_parents(const struct b3_tree *tree, const uint8_t *pairs, size_t count, uint32_t flags, uint8_t *out) {
    flags |= tree->mode | B3_PARENT;
    tree->kernel->rows(pairs, count, 2 * B3_VALUE, 1, tree->key, 0, false, flags, 0, 0, out);
}

size_t b3_halve(const struct b3_tree *tree, uint8_t *values, size_t count) {
    size_t pairs = count / 2;
    b3_parents(tree, values, pairs, 0, values);
    if (count % 2 == 0) return pairs;
    memmove(values + pairs * B3_VALUE, values + (count - 1) * B3_VALUE, B3_VALUE);
    return pairs + 1;
}

void b3_chunk(
    const struct b3_tree *tree, const uint8_t *input, size_t length, uint64_t chunk, uint32_t end, uint8_t *out) {
    size_t blocks = length == 0 ? 1 : (length + B3_BLOCK - 1) / B3_BLOCK;
    size_t tail = length - (blocks - 1) * B3_BLOCK;
    uint32_t value[8];
    memcpy(value, tree->key, sizeof value);
    end |= B3_CHUNK_END;
    if (tail == B3_BLOCK) {
        tree->kernel->chain(value, input, blocks, B3_BLOCK, chunk, tree->mode, B3_CHUNK_START, end);
    } else {
        uint8_t padded[B3_BLOCK] = {0};
        if (tail) memcpy(padded, input + (blocks - 1) * B3_BLOCK, tail);
        if (blocks > 1) tree->kernel->chain(value, input, blocks - 1, B3_BLOCK, chunk, tree->mode, B3_CHUNK_START, 0);
        tree->kernel->chain(
            value, padded, 1, (uint32_t)tail, chunk, tree->mode, blocks > 1 ? 0 : B3_CHUNK_START, end);
    }
    b3_store_words(out, value);
}

/// The values of the chunks of `input`, the last of which may be short. Returns how many there are.
static size_t hash_leaves(
    const struct b3_tree *tree, const uint8_t *input, size_t length, uint64_t chunk, uint8_t *out) {
    size_t whole = length / B3_CHUNK;
    size_t tail = length % B3_CHUNK;
    size_t lanes = tree->kernel->lanes;
    size_t rest = whole % lanes;
    bool shares = tail > 0 && rest + 1 >= LANES_PAY;
    size_t alone = shares ? whole - rest : whole;
    tree->kernel->rows(
        input, alone, B3_CHUNK, B3_CHUNK_BLOCKS, tree->key, chunk, true, tree->mode, B3_CHUNK_START, B3_CHUNK_END,
        out);
    if (tail == 0) return whole;
    if (!shares) {
        b3_chunk(tree, input + whole * B3_CHUNK, tail, chunk + whole, 0, out + whole * B3_VALUE);
        return whole + 1;
    }
    struct b3_pool pool;
    b3_pool_begin(&pool, tree);
    for (size_t i = alone; i <= whole; i++) {
        size_t size = i < whole ? B3_CHUNK : tail;
        b3_pool_add(&pool, input + i * B3_CHUNK, size, chunk + i, 0, out + i * B3_VALUE);
    }
    b3_pool_drain(&pool);
    return whole + 1;
}

size_t b3_wide(const struct b3_tree *tree, const uint8_t *input, size_t length, uint64_t chunk, uint8_t *out) {
    if (length <= LEAVES * B3_CHUNK) {
        uint8_t values[LEAVES * B3_VALUE];
        size_t count = hash_leaves(tree, input, length, chunk, values);
        while (count > BREADTH) count = b3_halve(tree, values, count);
        memcpy(out, values, count * B3_VALUE);
        return count;
    }
    // The left subtree is whole: the greatest power of two of chunks that leaves something to the right.
    size_t left = (size_t)1 << (63 - __builtin_clzll((unsigned long long)(length - 1)));
    uint8_t values[2 * BREADTH * B3_VALUE];
    size_t count = b3_wide(tree, input, left, chunk, values);
    count += b3_wide(tree, input + left, length - left, chunk + left / B3_CHUNK, values + count * B3_VALUE);
    count = b3_halve(tree, values, count);
    memcpy(out, values, count * B3_VALUE);
    return count;
}

static void begin(struct b3_tree *tree, uint32_t kernel, const uint8_t *key, uint32_t mode) {
    tree->kernel = b3_kernel(kernel);
    tree->mode = mode;
    b3_key_words(tree->key, key);
}

static void finish_root(const struct b3_tree *tree, uint8_t *values, size_t count, uint8_t *out) {
    while (count > 2) count = b3_halve(tree, values, count);
    b3_parents(tree, values, 1, B3_ROOT, out);
}

void chash_blake3_hash(
    uint32_t kernel, const uint8_t *key, uint32_t mode, const void *input, size_t length, uint8_t *out) {
    struct b3_tree tree;
    begin(&tree, kernel, key, mode);
    if (length <= B3_CHUNK) {
        b3_chunk(&tree, input, length, 0, B3_ROOT, out);
        return;
    }
    uint8_t values[BREADTH * B3_VALUE];
    finish_root(&tree, values, b3_wide(&tree, input, length, 0, values), out);
}

void chash_blake3_hash_pair(
    uint32_t kernel, const uint8_t *key, uint32_t mode, const void *a, size_t a_length, const void *b,
    size_t b_length, uint8_t *out) {
    if (a_length <= B3_CHUNK && b_length <= B3_CHUNK - a_length) {
        uint8_t joined[B3_CHUNK];
        if (a_length) memcpy(joined, a, a_length);
        if (b_length) memcpy(joined + a_length, b, b_length);
        struct b3_tree tree;
        begin(&tree, kernel, key, mode);
        b3_chunk(&tree, joined, a_length + b_length, 0, B3_ROOT, out);
        return;
    }
    chash_blake3_hasher hasher;
    chash_blake3_begin(&hasher, kernel, key, mode);
    chash_blake3_update(&hasher, a, a_length);
    chash_blake3_update(&hasher, b, b_length);
    chash_blake3_finish(&hasher, 0, out, B3_VALUE);
}

void chash_blake3_subtree(
    uint32_t kernel, const uint8_t *key, uint32_t mode, const void *input, size_t length, uint64_t chunk,
    uint8_t *out) {
    struct b3_tree tree;
    begin(&tree, kernel, key, mode);
    uint8_t values[BREADTH * B3_VALUE];
    size_t count = b3_wide(&tree, input, length, chunk, values);
    while (count > 1) count = b3_halve(&tree, values, count);
    memcpy(out, values, B3_VALUE);
}

void chash_blake3_join(
    uint32_t kernel, const uint8_t *key, uint32_t mode, uint8_t *values, size_t count, uint8_t *out) {
    struct b3_tree tree;
    begin(&tree, kernel, key, mode);
    finish_root(&tree, values, count, out);
}
