// One block at a time. To be included after blake3_row.h with B3_PARTS as 1.

B3_INLINE void b3_compress_alone(
    b3_row1 v[4], b3_row1 low, b3_row1 high, const uint8_t *block, uint32_t length, uint64_t counter, uint32_t flags) {
    struct b3_message1 m = b3_load_message1(&block);
    v[0] = low;
    v[1] = high;
    memcpy(&v[2], b3_iv, 16);
    v[3] = (b3_row1){(uint32_t)counter, (uint32_t)(counter >> 32), length, flags};
    b3_rounds1((b3_row1(*)[4])v, &m, 1);
}

B3_TARGET static void b3_alone_chain(
    uint32_t value[8], const uint8_t *input, size_t blocks, uint32_t end_length, uint64_t counter, uint32_t flags,
    uint32_t start, uint32_t end) {
    b3_row1 low, high, v[4];
    memcpy(&low, value, 16);
    memcpy(&high, value + 4, 16);
    for (; blocks > 0; blocks--, input += B3_BLOCK, start = 0) {
        bool is_last = blocks == 1;
        b3_compress_alone(
            v, low, high, input, is_last ? end_length : B3_BLOCK, counter, flags | start | (is_last ? end : 0));
        low = v[0];
        high = v[1];
    }
    memcpy(value, &low, 16);
    memcpy(value + 4, &high, 16);
}

B3_TARGET static void b3_alone_expand(
    const uint32_t value[8], const uint8_t *block, uint32_t length, uint64_t counter, uint32_t flags, uint8_t *out) {
    b3_row1 low, high, v[4];
    memcpy(&low, value, 16);
    memcpy(&high, value + 4, 16);
    b3_compress_alone(v, low, high, block, length, counter, flags);
    v[2] ^= low;
    v[3] ^= high;
    memcpy(out, v, B3_BLOCK);
}
