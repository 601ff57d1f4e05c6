// Lanes that chunks of any lengths share: as soon as one is done, the next takes its lane.

#include "blake3_internal.h"

enum {
    /// Fewer busy lanes than this are quicker one by one.
    LANES_PAY = 3,
};

static const uint8_t nothing[B3_BLOCK];

void b3_pool_begin(struct b3_pool *pool, const struct b3_tree *tree) {
    struct b3_lanes *lanes = &pool->lanes;
    memset(lanes, 0, sizeof *lanes);
    pool->tree = tree;
    pool->idle = (1u << tree->kernel->lanes) - 1;
    memcpy(lanes->key, tree->key, sizeof lanes->key);
    lanes->flags = tree->mode;
    for (int lane = 0; lane < B3_LANES_MAX; lane++) lanes->next[lane] = lanes->last[lane] = nothing;
}

static uint32_t busy_lanes(const struct b3_pool *pool) {
    return ~pool->idle & ((1u << pool->tree->kernel->lanes) - 1);
}

/// Hands out the values of the lanes that are done.
static void collect(struct b3_pool *pool) {
    struct b3_lanes *lanes = &pool->lanes;
    for (uint32_t busy = busy_lanes(pool); busy; busy &= busy - 1) {
        int lane = __builtin_ctz(busy);
        if (lanes->left[lane] > 0) continue;
        uint8_t *out = pool->out[lane];
        for (int i = 0; i < 8; i++) b3_store(out + 4 * i, lanes->value[i][lane]);
        pool->idle |= 1u << lane;
    }
}

/// Goes on until at least one lane is done.
static void advance(struct b3_pool *pool) {
    struct b3_lanes *lanes = &pool->lanes;
    int32_t steps = B3_CHUNK_BLOCKS;
    for (uint32_t busy = busy_lanes(pool); busy; busy &= busy - 1) {
        int lane = __builtin_ctz(busy);
        if (lanes->left[lane] < steps) steps = lanes->left[lane];
    }
    pool->tree->kernel->run(lanes, (uint32_t)steps);
    collect(pool);
}

void b3_pool_add(
    struct b3_pool *pool, const uint8_t *input, size_t length, uint64_t chunk, uint32_t end, uint8_t *out) {
    if (!pool->idle) advance(pool);
    struct b3_lanes *lanes = &pool->lanes;
    int lane = __builtin_ctz(pool->idle);
    pool->idle &= pool->idle - 1;
    pool->out[lane] = out;
    size_t blocks = length == 0 ? 1 : (length + B3_BLOCK - 1) / B3_BLOCK;
    size_t tail = length - (blocks - 1) * B3_BLOCK;
    const uint8_t *last = input + (blocks - 1) * B3_BLOCK;
    if (tail < B3_BLOCK) {
        uint8_t *padded = pool->padded[lane];
        memset(padded, 0, B3_BLOCK);
        if (tail) memcpy(padded, last, tail);
        last = padded;
    }
    lanes->next[lane] = input;
    lanes->last[lane] = last;
    lanes->left[lane] = (int32_t)blocks;
    lanes->start[lane] = B3_CHUNK_START;
    lanes->end[lane] = B3_CHUNK_END | end;
    lanes->end_length[lane] = (uint32_t)tail;
    lanes->counter_low[lane] = (uint32_t)chunk;
    lanes->counter_high[lane] = (uint32_t)(chunk >> 32);
}

/// Finishes one lane without the others.
static void finish_alone(struct b3_pool *pool, int lane) {
    const struct b3_kernel *kernel = pool->tree->kernel;
    struct b3_lanes *lanes = &pool->lanes;
    uint64_t counter = (uint64_t)lanes->counter_high[lane] << 32 | lanes->counter_low[lane];
    uint32_t start = lanes->start[lane];
    uint32_t value[8];
    for (int i = 0; i < 8; i++) value[i] = start ? lanes->key[i] : lanes->value[i][lane];
    size_t whole = (size_t)lanes->left[lane] - 1;
    if (whole) kernel->chain(value, lanes->next[lane], whole, B3_BLOCK, counter, lanes->flags, start, 0);
    kernel->chain(
        value, lanes->last[lane], 1, lanes->end_length[lane], counter, lanes->flags, whole ? 0 : start,
        lanes->end[lane]);
    b3_store_words(pool->out[lane], value);
}

void b3_pool_drain(struct b3_pool *pool) {
    while (__builtin_popcount(busy_lanes(pool)) >= LANES_PAY) advance(pool);
    for (uint32_t busy = busy_lanes(pool); busy; busy &= busy - 1) finish_alone(pool, __builtin_ctz(busy));
    pool->idle = (1u << pool->tree->kernel->lanes) - 1;
}
