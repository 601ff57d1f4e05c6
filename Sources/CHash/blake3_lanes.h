// Many blocks at a time: rows that lie evenly, and lanes that each have a place of their own.
//
// To be included by a file that has defined B3_KERNEL (the kernel's name) and B3_FEW (how many rows are quicker without
// the lanes), after blake3_alone.h, blake3_few.h if B3_FEW is above two, blake3_vectors.h, and a b3_compress: that of
// blake3_rounds.h, or one made for the target. While one block is compressed the next is transposed.

static const uint32_t b3_lane_numbers[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

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

/// Where `count` rows begin, up to one for each lane; idle lanes read the first row along.
B3_INLINE void b3_lane_places(const uint8_t *input, size_t count, size_t stride, const uint8_t *rows[B3_LANES]) {
    for (size_t lane = 0; lane < B3_LANES; lane++) rows[lane] = input + (lane < count ? lane * stride : 0);
}

/// As a kernel's `rows`, for enough of them to be worth the lanes; whoever comes last may leave lanes idle.
B3_INLINE void b3_lane_groups(
    const uint8_t *input, size_t count, size_t stride, size_t blocks, const uint32_t key[8], uint64_t counter,
    bool counts, uint32_t flags, uint32_t start, uint32_t end, uint8_t *out) {
    const uint8_t *rows[B3_LANES];
    b3_v m[2][16];
    uint32_t turn = 0;
    b3_lane_places(input, count, stride, rows);
    b3_transpose(m[0], rows);
    while (count > 0) {
        size_t busy = count < B3_LANES ? count : B3_LANES;
        b3_v low = b3_all((uint32_t)counter) + (counts ? b3_get(b3_lane_numbers) : b3_all(0));
        b3_v high = b3_all((uint32_t)(counter >> 32)) - (b3_v)(low < b3_all((uint32_t)counter));
        b3_v value[8];
        for (int i = 0; i < 8; i++) value[i] = b3_all(key[i]);
        for (size_t block = 0; block < blocks; block++) {
            bool is_last = block + 1 == blocks;
            bool goes_on = !is_last || count > busy;
            uint32_t all = flags | (block == 0 ? start : 0) | (is_last ? end : 0);
            if (!is_last) {
                for (int lane = 0; lane < B3_LANES; lane++) __builtin_prefetch(rows[lane] + B3_LANES * stride);
                for (int lane = 0; lane < B3_LANES; lane++) rows[lane] += B3_BLOCK;
            } else if (goes_on) {
                b3_lane_places(input + busy * stride, count - busy, stride, rows);
            }
            b3_compress(
                value, m[turn], low, high, b3_all(B3_BLOCK), b3_all(all), m[turn ^ 1], rows, goes_on);
            turn ^= 1;
        }
        if (busy == B3_LANES) {
            b3_write_rows(value, B3_LANES, out);
        } else {
            b3_write_rows(value, busy, out);
        }
        input += busy * stride;
        counter += counts ? busy : 0;
        out += busy * B3_VALUE;
        count -= busy;
    }
}

B3_TARGET static void b3_lane_rows(
    const uint8_t *input, size_t count, size_t stride, size_t blocks, const uint32_t key[8], uint64_t counter,
    bool counts, uint32_t flags, uint32_t start, uint32_t end, uint8_t *out) {
    size_t rest = count % B3_LANES;
    size_t wide = rest <= B3_FEW ? count - rest : count;
    if (wide) b3_lane_groups(input, wide, stride, blocks, key, counter, counts, flags, start, end, out);
    input += wide * stride;
    out += wide * B3_VALUE;
    counter += counts ? wide : 0;
    count -= wide;
#if B3_FEW > 2
    if (count > 1) {
        b3_few_rows(input, count, stride, blocks, key, counter, counts, flags, start, end, out);
        return;
    }
#endif
    for (size_t row = 0; row < count; row++) {
        uint32_t value[8];
        memcpy(value, key, sizeof value);
        b3_alone_chain(
            value, input + row * stride, blocks, B3_BLOCK, counter + (counts ? row : 0), flags, start, end);
        b3_store_words(out + row * B3_VALUE, value);
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

const struct b3_kernel B3_KERNEL = {B3_LANES, b3_alone_chain, b3_alone_expand, b3_lane_rows, b3_lane_run};
