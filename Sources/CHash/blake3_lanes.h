// Many blocks at a time: rows that lie evenly, and lanes that each have a place of their own.
//
// To be included by a file that has defined B3_KERNEL (the kernel's name), after blake3_vectors.h and a b3_compress:
// that of blake3_rounds.h, or one made for the target. While one block is compressed the next is transposed.

/// Writes the values of the first `count` lanes, 32 bytes each.
B3_INLINE void b3_write_rows(b3_v value[8], size_t count, uint8_t *out) {
    uint8_t squares[8][4 * B3_LANES];
    b3_turn_squares(value);
    b3_turn_squares(value + 4);
    for (int i = 0; i < 8; i++) memcpy(squares[i], &value[i], sizeof value[i]);
    for (size_t row = 0; row < count; row++) {
        memcpy(out + row * B3_VALUE, squares[row % 4] + row / 4 * 16, 16);
        memcpy(out + row * B3_VALUE + 16, squares[4 + row % 4] + row / 4 * 16, 16);
    }
}

B3_TARGET static void b3_lane_rows(
    const uint8_t *input, size_t count, size_t stride, size_t blocks, const uint32_t key[8], uint64_t counter,
    uint32_t increment, uint32_t flags, uint32_t start, uint32_t end, uint8_t *out) {
    while (count > 0) {
        size_t busy = count < B3_LANES ? count : B3_LANES;
        const uint8_t *rows[B3_LANES];
        uint32_t low[B3_LANES], high[B3_LANES];
        for (size_t lane = 0; lane < B3_LANES; lane++) {
            size_t row = lane < busy ? lane : 0;
            rows[lane] = input + row * stride;
            low[lane] = (uint32_t)(counter + row * increment);
            high[lane] = (uint32_t)((counter + row * increment) >> 32);
        }
        b3_v value[8];
        for (int i = 0; i < 8; i++) value[i] = b3_all(key[i]);
        b3_v m[2][16];
        b3_transpose(m[0], rows);
        for (size_t block = 0; block < blocks; block++) {
            bool goes_on = block + 1 < blocks;
            uint32_t all = flags | (block == 0 ? start : 0) | (goes_on ? 0 : end);
            for (int lane = 0; lane < B3_LANES; lane++) rows[lane] += goes_on ? B3_BLOCK : 0;
            b3_compress(
                value, m[block % 2], b3_get(low), b3_get(high), b3_all(B3_BLOCK), b3_all(all), m[(block + 1) % 2],
                rows, goes_on);
        }
        b3_write_rows(value, busy, out);
        input += busy * stride;
        counter += busy * increment;
        out += busy * B3_VALUE;
        count -= busy;
    }
}

/// Where the block of each lane lies that is `step` blocks on.
B3_INLINE void b3_lane_blocks(const struct b3_lanes *lanes, uint32_t step, const uint8_t *rows[B3_LANES]) {
    for (int lane = 0; lane < B3_LANES; lane++) {
        bool is_last = lanes->left[lane] <= (int32_t)step + 1;
        rows[lane] = is_last ? lanes->last[lane] : lanes->next[lane] + (size_t)step * B3_BLOCK;
    }
}

B3_TARGET static void b3_lane_run(struct b3_lanes *lanes, uint32_t steps) {
    b3_v start = b3_get(lanes->start);
    b3_vs left = (b3_vs)b3_get((const uint32_t *)lanes->left);
    b3_v fresh = (b3_v)(start != b3_all(0));
    b3_v value[8];
    for (int i = 0; i < 8; i++) {
        value[i] = (b3_all(lanes->key[i]) & fresh) | (b3_get(lanes->value[i]) & ~fresh);
    }
    const uint8_t *rows[B3_LANES];
    b3_v m[2][16];
    b3_lane_blocks(lanes, 0, rows);
    b3_transpose(m[0], rows);
    for (uint32_t step = 0; step < steps; step++) {
        bool goes_on = step + 1 < steps;
        if (goes_on) b3_lane_blocks(lanes, step + 1, rows);
        b3_v is_last = (b3_v)(left <= (b3_vs)b3_all(step + 1));
        b3_v length = (b3_get(lanes->end_length) & is_last) | (b3_all(B3_BLOCK) & ~is_last);
        b3_v flags = b3_all(lanes->flags) | (start & (b3_v)(b3_all(step) == b3_all(0)));
        flags |= b3_get(lanes->end) & is_last;
        b3_compress(
            value, m[step % 2], b3_get(lanes->counter_low), b3_get(lanes->counter_high), length, flags,
            m[(step + 1) % 2], rows, goes_on);
    }
    for (int i = 0; i < 8; i++) b3_put(lanes->value[i], value[i]);
    for (int lane = 0; lane < B3_LANES; lane++) {
        lanes->next[lane] += (size_t)steps * B3_BLOCK;
        lanes->left[lane] -= (int32_t)steps;
        lanes->start[lane] = 0;
    }
}

const struct b3_kernel B3_KERNEL = {B3_LANES, b3_row_chain, b3_row_expand, b3_lane_rows, b3_lane_run};
