// BLAKE3 over many inputs at once: chunks of different inputs side by side, then the parents of all of them by levels.

#include "blake3_internal.h"

enum {
    /// An input up to this many chunks shares its lanes; a longer one fills them by itself.
    SHARED_CHUNKS = 32,
    /// The chunk values that are kept before their parents are made.
    BATCH_VALUES = 256,
    /// The most inputs among them: each has two or more.
    BATCH_TREES = BATCH_VALUES / 2,
};

/// Inputs of more than one chunk each whose leaves are in the lanes.
struct batch {
    const struct b3_tree *tree;
    struct b3_pool pool;
    size_t trees;
    size_t used;
    uint16_t first[BATCH_TREES];
    uint16_t count[BATCH_TREES];
    uint8_t *out[BATCH_TREES];
    uint8_t values[BATCH_VALUES][B3_VALUE];
    uint8_t pairs[BATCH_TREES][2 * B3_VALUE];
    uint8_t parents[BATCH_TREES][B3_VALUE];
};

/// One level up in all trees that have more than two values; whether there were any.
static bool raise_level(struct batch *batch) {
    size_t total = 0;
    for (size_t t = 0; t < batch->trees; t++) {
        size_t pairs = batch->count[t] > 2 ? batch->count[t] / 2 : 0;
        memcpy(batch->pairs[total], batch->values[batch->first[t]], pairs * 2 * B3_VALUE);
        total += pairs;
    }
    if (total == 0) return false;
    b3_parents(batch->tree, batch->pairs[0], total, 0, batch->parents[0]);
    size_t taken = 0;
    for (size_t t = 0; t < batch->trees; t++) {
        size_t count = batch->count[t];
        if (count <= 2) continue;
        uint8_t(*values)[B3_VALUE] = batch->values + batch->first[t];
        memcpy(values[0], batch->parents[taken], count / 2 * B3_VALUE);
        if (count % 2) memmove(values[count / 2], values[count - 1], B3_VALUE);
        taken += count / 2;
        batch->count[t] = (uint16_t)(count / 2 + count % 2);
    }
    return true;
}

/// Hands out the hashes of all that was added.
static void flush(struct batch *batch) {
    b3_pool_drain(&batch->pool);
    while (raise_level(batch)) {}
    for (size_t t = 0; t < batch->trees; t++) {
        memcpy(batch->pairs[t], batch->values[batch->first[t]], 2 * B3_VALUE);
    }
    b3_parents(batch->tree, batch->pairs[0], batch->trees, B3_ROOT, batch->parents[0]);
    for (size_t t = 0; t < batch->trees; t++) memcpy(batch->out[t], batch->parents[t], B3_VALUE);
    batch->trees = 0;
    batch->used = 0;
}

/// Hashes as many chunks of one input as fill the lanes by themselves, and puts the others into the pool.
static void add_chunks(struct batch *batch, const uint8_t *input, size_t length, uint8_t *out) {
    const struct b3_tree *tree = batch->tree;
    size_t chunks = (length + B3_CHUNK - 1) / B3_CHUNK;
    size_t whole = length / B3_CHUNK;
    if (batch->used + chunks > BATCH_VALUES || batch->trees == BATCH_TREES) flush(batch);
    uint8_t(*values)[B3_VALUE] = batch->values + batch->used;
    batch->first[batch->trees] = (uint16_t)batch->used;
    batch->count[batch->trees] = (uint16_t)chunks;
    batch->out[batch->trees] = out;
    batch->trees += 1;
    batch->used += chunks;
    whole -= whole % tree->kernel->lanes;
    if (whole) {
        tree->kernel->rows(
            input, whole, B3_CHUNK, B3_CHUNK_BLOCKS, tree->key, 0, true, tree->mode, B3_CHUNK_START, B3_CHUNK_END,
            values[0]);
    }
    for (size_t i = whole; i < chunks; i++) {
        size_t size = i + 1 < chunks ? B3_CHUNK : length - i * B3_CHUNK;
        b3_pool_add(&batch->pool, input + i * B3_CHUNK, size, i, 0, values[i]);
    }
}

void chash_blake3_hash_many(
    uint32_t kernel, const uint8_t *key, uint32_t mode, chash_blake3_source source, const void *context,
    size_t count, uint8_t *out) {
    struct b3_tree tree = {.kernel = b3_kernel(kernel), .mode = mode};
    b3_key_words(tree.key, key);
    struct batch batch;
    batch.tree = &tree;
    batch.trees = 0;
    batch.used = 0;
    b3_pool_begin(&batch.pool, &tree);
    for (size_t i = 0; i < count; i++, out += B3_VALUE) {
        chash_blake3_input input = source(context, i);
        if (input.length <= B3_CHUNK) {
            b3_pool_add(&batch.pool, input.bytes, input.length, 0, B3_ROOT, out);
        } else if (input.length <= SHARED_CHUNKS * B3_CHUNK) {
            add_chunks(&batch, input.bytes, input.length, out);
        } else {
            chash_blake3_hash(kernel, key, mode, input.bytes, input.length, out);
        }
    }
    flush(&batch);
}
