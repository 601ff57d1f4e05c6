// Two to four rows: two states in each vector, two such sets in turn. To be included after blake3_row.h with 2 parts.

/// The values of `2 * sets` rows of blocks that begin at `rows`.
B3_INLINE void b3_hash_sets(
    const uint8_t *const rows[4], const int sets, size_t blocks, const uint32_t key[8], const uint64_t counters[4],
    uint32_t flags, uint32_t start, uint32_t end, uint32_t out[4][8]) {
    b3_row2 iv, low[2], high[2], v[2][4];
    for (int part = 0; part < 2; part++) {
        memcpy((uint8_t *)&iv + 16 * part, b3_iv, 16);
        memcpy((uint8_t *)&low[0] + 16 * part, key, 16);
        memcpy((uint8_t *)&high[0] + 16 * part, key + 4, 16);
    }
    low[1] = low[0];
    high[1] = high[0];
    for (size_t block = 0; block < blocks; block++) {
        uint32_t all = flags | (block == 0 ? start : 0) | (block + 1 == blocks ? end : 0);
        struct b3_message2 m[2];
        for (int s = 0; s < sets; s++) {
            const uint8_t *places[2] = {rows[2 * s] + block * B3_BLOCK, rows[2 * s + 1] + block * B3_BLOCK};
            uint64_t x = counters[2 * s], y = counters[2 * s + 1];
            m[s] = b3_load_message2(places);
            v[s][0] = low[s];
            v[s][1] = high[s];
            v[s][2] = iv;
            v[s][3] = (b3_row2){(uint32_t)x, (uint32_t)(x >> 32), B3_BLOCK, all,
                                (uint32_t)y, (uint32_t)(y >> 32), B3_BLOCK, all};
        }
        b3_rounds2(v, m, sets);
        for (int s = 0; s < sets; s++) {
            low[s] = v[s][0];
            high[s] = v[s][1];
        }
    }
    for (int row = 0; row < 2 * sets; row++) {
        memcpy(out[row], (uint8_t *)&low[row / 2] + row % 2 * 16, 16);
        memcpy(out[row] + 4, (uint8_t *)&high[row / 2] + row % 2 * 16, 16);
    }
}

/// As a kernel's `rows`, for two to four of them.
B3_TARGET static void b3_few_rows(
    const uint8_t *input, size_t count, size_t stride, size_t blocks, const uint32_t key[8], uint64_t counter,
    bool counts, uint32_t flags, uint32_t start, uint32_t end, uint8_t *out) {
    const uint8_t *rows[4];
    uint64_t counters[4];
    uint32_t values[4][8];
    for (size_t i = 0; i < 4; i++) {
        size_t row = i < count ? i : 0;
        rows[i] = input + row * stride;
        counters[i] = counter + (counts ? row : 0);
    }
    if (count == 2) {
        b3_hash_sets(rows, 1, blocks, key, counters, flags, start, end, values);
    } else {
        b3_hash_sets(rows, 2, blocks, key, counters, flags, start, end, values);
    }
    for (size_t row = 0; row < count; row++) b3_store_words(out + row * B3_VALUE, values[row]);
}
