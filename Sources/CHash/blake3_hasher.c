// BLAKE3 fed piece by piece: the chunk that is being filled, and the values of the subtrees to its left.

#include "blake3_internal.h"

/// A node whose output is wanted: the root, with as many bytes as asked for.
struct node {
    uint32_t value[8];
    uint8_t block[B3_BLOCK];
    uint64_t counter;
    uint32_t length;
    uint32_t flags;
};

void chash_blake3_begin(chash_blake3_hasher *hasher, uint32_t kernel, const uint8_t *key, uint32_t mode) {
    b3_key_words(hasher->key.words, key);
    hasher->kernel = kernel;
    hasher->mode = mode;
    chash_blake3_reset(hasher);
}

void chash_blake3_reset(chash_blake3_hasher *hasher) {
    hasher->chain = hasher->key;
    memset(hasher->block, 0, sizeof hasher->block);
    hasher->chunks = 0;
    hasher->block_length = 0;
    hasher->blocks = 0;
    hasher->depth = 0;
}

static void begin_chunk(chash_blake3_hasher *hasher) {
    hasher->chain = hasher->key;
    hasher->chunks += 1;
    hasher->block_length = 0;
    hasher->blocks = 0;
}

static size_t chunk_length(const chash_blake3_hasher *hasher) {
    return (size_t)hasher->blocks * B3_BLOCK + hasher->block_length;
}

/// Compresses whole blocks of the chunk, none of them its last.
static void chain_blocks(chash_blake3_hasher *hasher, const uint8_t *input, size_t blocks) {
    uint32_t start = hasher->blocks == 0 ? B3_CHUNK_START : 0;
    b3_kernel(hasher->kernel)
        ->chain(hasher->chain.words, input, blocks, B3_BLOCK, hasher->chunks, hasher->mode, start, 0);
    hasher->blocks += (uint32_t)blocks;
}

/// Appends to the chunk, which has room; its last block so far stays in the buffer, as it may be the very last.
static void fill_chunk(chash_blake3_hasher *hasher, const uint8_t *input, size_t length) {
    uint8_t *buffer = (uint8_t *)hasher->block;
    if (hasher->block_length) {
        size_t room = B3_BLOCK - hasher->block_length;
        size_t part = length < room ? length : room;
        memcpy(buffer + hasher->block_length, input, part);
        hasher->block_length += (uint32_t)part;
        input += part;
        length -= part;
        if (length == 0) return;
        chain_blocks(hasher, buffer, 1);
        hasher->block_length = 0;
    }
    size_t blocks = (length - 1) / B3_BLOCK;
    if (blocks) chain_blocks(hasher, input, blocks);
    length -= blocks * B3_BLOCK;
    memcpy(buffer, input + blocks * B3_BLOCK, length);
    hasher->block_length = (uint32_t)length;
}

static struct node chunk_node(const chash_blake3_hasher *hasher) {
    struct node node = {.counter = hasher->chunks, .length = hasher->block_length};
    node.flags = hasher->mode | B3_CHUNK_END | (hasher->blocks == 0 ? B3_CHUNK_START : 0);
    memcpy(node.value, hasher->chain.words, sizeof node.value);
    memcpy(node.block, hasher->block, hasher->block_length);
    return node;
}

static struct node parent_node(const chash_blake3_hasher *hasher, const uint32_t left[8], const uint32_t right[8]) {
    struct node node = {.counter = 0, .length = B3_BLOCK, .flags = hasher->mode | B3_PARENT};
    memcpy(node.value, hasher->key.words, sizeof node.value);
    b3_store_words(node.block, left);
    b3_store_words(node.block + B3_VALUE, right);
    return node;
}

/// The chaining value of a node that is not the root.
static chash_blake3_value node_value(const chash_blake3_hasher *hasher, const struct node *node) {
    chash_blake3_value value;
    memcpy(value.words, node->value, sizeof value.words);
    b3_kernel(hasher->kernel)
        ->chain(value.words, node->block, 1, node->length, node->counter, node->flags, 0, 0);
    return value;
}

/// Pairs what is whole to the left of chunk `chunk`, which is known to follow: no pair is the root.
static void settle(chash_blake3_hasher *hasher, uint64_t chunk) {
    while (hasher->depth > (uint32_t)__builtin_popcountll(chunk)) {
        chash_blake3_value *top = &hasher->stack[hasher->depth - 2];
        struct node node = parent_node(hasher, top[0].words, top[1].words);
        top[0] = node_value(hasher, &node);
        hasher->depth -= 1;
    }
}

/// Pushes the value of a subtree that begins at chunk `chunk`.
static void push(chash_blake3_hasher *hasher, chash_blake3_value value, uint64_t chunk) {
    settle(hasher, chunk);
    hasher->stack[hasher->depth++] = value;
}

/// Takes the largest whole subtree that begins here, as its two halves where it is more than a chunk.
static size_t take_subtree(
    chash_blake3_hasher *hasher, const struct b3_tree *tree, const uint8_t *input, size_t length) {
    size_t size = (size_t)1 << (63 - __builtin_clzll((unsigned long long)length));
    while (((size / B3_CHUNK - 1) & hasher->chunks) != 0) size /= 2;
    if (size == B3_CHUNK) {
        chash_blake3_value value;
        uint8_t bytes[B3_VALUE];
        b3_chunk(tree, input, B3_CHUNK, hasher->chunks, 0, bytes);
        b3_load_words(value.words, bytes);
        push(hasher, value, hasher->chunks);
    } else {
        uint8_t values[16 * B3_VALUE];
        size_t count = b3_wide(tree, input, size, hasher->chunks, values);
        while (count > 2) count = b3_halve(tree, values, count);
        chash_blake3_value half[2];
        b3_load_words(half[0].words, values);
        b3_load_words(half[1].words, values + B3_VALUE);
        push(hasher, half[0], hasher->chunks);
        push(hasher, half[1], hasher->chunks + size / B3_CHUNK / 2);
    }
    hasher->chunks += size / B3_CHUNK;
    return size;
}

void chash_blake3_update(chash_blake3_hasher *hasher, const void *bytes, size_t length) {
    const uint8_t *input = bytes;
    size_t filled = chunk_length(hasher);
    if (length == 0) return;
    if (filled) {
        size_t part = length < B3_CHUNK - filled ? length : B3_CHUNK - filled;
        fill_chunk(hasher, input, part);
        input += part;
        length -= part;
        if (length == 0) return;
        struct node node = chunk_node(hasher);
        push(hasher, node_value(hasher, &node), hasher->chunks);
        begin_chunk(hasher);
    }
    struct b3_tree tree = {.kernel = b3_kernel(hasher->kernel), .mode = hasher->mode};
    memcpy(tree.key, hasher->key.words, sizeof tree.key);
    while (length > B3_CHUNK) {
        size_t taken = take_subtree(hasher, &tree, input, length);
        input += taken;
        length -= taken;
    }
    if (length == 0) return;
    fill_chunk(hasher, input, length);
    settle(hasher, hasher->chunks);
}

/// The root, given all that was appended.
static struct node root_node(const chash_blake3_hasher *hasher) {
    uint32_t depth = hasher->depth;
    struct node node;
    if (depth == 0 || chunk_length(hasher) > 0) {
        node = chunk_node(hasher);
    } else {
        depth -= 2;
        node = parent_node(hasher, hasher->stack[depth].words, hasher->stack[depth + 1].words);
    }
    while (depth > 0) {
        depth -= 1;
        chash_blake3_value right = node_value(hasher, &node);
        node = parent_node(hasher, hasher->stack[depth].words, right.words);
    }
    return node;
}

void chash_blake3_finish(const chash_blake3_hasher *hasher, uint64_t offset, void *out, size_t length) {
    const struct b3_kernel *kernel = b3_kernel(hasher->kernel);
    struct node node = root_node(hasher);
    uint8_t *to = out;
    while (length > 0) {
        uint8_t block[B3_BLOCK];
        size_t skipped = offset % B3_BLOCK;
        size_t part = length < B3_BLOCK - skipped ? length : B3_BLOCK - skipped;
        kernel->expand(node.value, node.block, node.length, offset / B3_BLOCK, node.flags | B3_ROOT, block);
        memcpy(to, block + skipped, part);
        to += part;
        offset += part;
        length -= part;
    }
}
