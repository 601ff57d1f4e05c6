// One block at a time on vectors of four words: a column or a diagonal of the state side by side.
//
// To be included by a file that has defined B3_TARGET (the attribute that its functions need), after blake3_internal.h.
// The message is held as the even and odd words of its two halves, in the order in which the lanes want them; the
// permutation between rounds then is the same few shuffles each time. Diagonals are lined up by turning the rows
// other than the second, whose value is ready last.

typedef uint32_t b3_v4 __attribute__((vector_size(16)));

#define B3_TURN(v, a, b, c, d) __builtin_shufflevector(v, v, a, b, c, d)

struct b3_message {
    b3_v4 a, b, c, d;
};

B3_TARGET static inline __attribute__((always_inline)) b3_v4 b3_row_rotate(b3_v4 v, const int count) {
    return v >> count | v << (32 - count);
}

B3_TARGET static inline __attribute__((always_inline)) struct b3_message b3_row_load(const uint8_t *block) {
    b3_v4 w[4];
    memcpy(w, block, B3_BLOCK);
    return (struct b3_message){
        __builtin_shufflevector(w[0], w[1], 0, 2, 4, 6), __builtin_shufflevector(w[0], w[1], 1, 3, 5, 7),
        __builtin_shufflevector(w[2], w[3], 6, 0, 2, 4), __builtin_shufflevector(w[2], w[3], 7, 1, 3, 5)};
}

B3_TARGET static inline __attribute__((always_inline)) struct b3_message b3_row_permute(struct b3_message m) {
    b3_v4 cd = __builtin_shufflevector(m.c, m.d, 2, 2, 7, 7);
    b3_v4 db = __builtin_shufflevector(m.d, m.b, 0, 4, 1, 5);
    b3_v4 bd = __builtin_shufflevector(m.b, m.d, 2, 6, 2, 6);
    return (struct b3_message){
        __builtin_shufflevector(m.a, m.b, 1, 5, 7, 2), __builtin_shufflevector(m.a, cd, 3, 5, 0, 7),
        __builtin_shufflevector(db, m.c, 0, 1, 7, 2), __builtin_shufflevector(m.c, bd, 1, 5, 4, 0)};
}

B3_TARGET static inline __attribute__((always_inline)) void b3_row_mix(b3_v4 v[4], b3_v4 x, b3_v4 y) {
    v[0] += v[1] + x;
    v[3] = b3_row_rotate(v[3] ^ v[0], 16);
    v[2] += v[3];
    v[1] = b3_row_rotate(v[1] ^ v[2], 12);
    v[0] += v[1] + y;
    v[3] = b3_row_rotate(v[3] ^ v[0], 8);
    v[2] += v[3];
    v[1] = b3_row_rotate(v[1] ^ v[2], 7);
}

B3_TARGET static inline __attribute__((always_inline)) void b3_row_compress(
    b3_v4 v[4], b3_v4 low, b3_v4 high, const uint8_t *block, uint32_t length, uint64_t counter, uint32_t flags) {
    struct b3_message m = b3_row_load(block);
    v[0] = low;
    v[1] = high;
    v[2] = (b3_v4){b3_iv[0], b3_iv[1], b3_iv[2], b3_iv[3]};
    v[3] = (b3_v4){(uint32_t)counter, (uint32_t)(counter >> 32), length, flags};
#pragma clang loop unroll(full)
    for (int round = 0; round < 7; round++) {
        b3_row_mix(v, m.a, m.b);
        v[0] = B3_TURN(v[0], 3, 0, 1, 2);
        v[3] = B3_TURN(v[3], 2, 3, 0, 1);
        v[2] = B3_TURN(v[2], 1, 2, 3, 0);
        b3_row_mix(v, m.c, m.d);
        v[0] = B3_TURN(v[0], 1, 2, 3, 0);
        v[3] = B3_TURN(v[3], 2, 3, 0, 1);
        v[2] = B3_TURN(v[2], 3, 0, 1, 2);
        m = b3_row_permute(m);
    }
    v[0] ^= v[2];
    v[1] ^= v[3];
}

B3_TARGET static void b3_row_chain(
    uint32_t value[8], const uint8_t *input, size_t blocks, uint32_t end_length, uint64_t counter, uint32_t flags,
    uint32_t start, uint32_t end) {
    b3_v4 low, high, v[4];
    memcpy(&low, value, 16);
    memcpy(&high, value + 4, 16);
    for (; blocks > 0; blocks--, input += B3_BLOCK, start = 0) {
        bool is_last = blocks == 1;
        b3_row_compress(
            v, low, high, input, is_last ? end_length : B3_BLOCK, counter, flags | start | (is_last ? end : 0));
        low = v[0];
        high = v[1];
    }
    memcpy(value, &low, 16);
    memcpy(value + 4, &high, 16);
}

B3_TARGET static void b3_row_expand(
    const uint32_t value[8], const uint8_t *block, uint32_t length, uint64_t counter, uint32_t flags, uint8_t *out) {
    b3_v4 low, high, v[4];
    memcpy(&low, value, 16);
    memcpy(&high, value + 4, 16);
    b3_row_compress(v, low, high, block, length, counter, flags);
    v[2] ^= low;
    v[3] ^= high;
    memcpy(out, v, B3_BLOCK);
}
