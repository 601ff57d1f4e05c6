// Many blocks at a time: word i of the state of all lanes in vector i.
//
// To be included by a file that has defined B3_LANES (4, 8 or 16), B3_TARGET (the attribute that its functions need)
// and B3_KERNEL (the kernel's name), after blake3_internal.h and blake3_row.h. The vectors are the compiler's generic
// ones, so that one text serves every instruction set; what is written down here is the order of the work. The
// transposed message stays in memory and is added from there: sixteen vectors of state fill the registers of AVX2.

#define B3_INLINE B3_TARGET static inline __attribute__((always_inline))

typedef uint32_t b3_v __attribute__((vector_size(4 * B3_LANES)));
typedef int32_t b3_vs __attribute__((vector_size(4 * B3_LANES)));

#if B3_LANES == 4
#define B3_LOW32(x, y) __builtin_shufflevector(x, y, 0, 4, 1, 5)
#define B3_HIGH32(x, y) __builtin_shufflevector(x, y, 2, 6, 3, 7)
#define B3_LOW64(x, y) __builtin_shufflevector(x, y, 0, 1, 4, 5)
#define B3_HIGH64(x, y) __builtin_shufflevector(x, y, 2, 3, 6, 7)
#elif B3_LANES == 8
#define B3_LOW32(x, y) __builtin_shufflevector(x, y, 0, 8, 1, 9, 4, 12, 5, 13)
#define B3_HIGH32(x, y) __builtin_shufflevector(x, y, 2, 10, 3, 11, 6, 14, 7, 15)
#define B3_LOW64(x, y) __builtin_shufflevector(x, y, 0, 1, 8, 9, 4, 5, 12, 13)
#define B3_HIGH64(x, y) __builtin_shufflevector(x, y, 2, 3, 10, 11, 6, 7, 14, 15)
#else
#define B3_LOW32(x, y) __builtin_shufflevector(x, y, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29)
#define B3_HIGH32(x, y) __builtin_shufflevector(x, y, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31)
#define B3_LOW64(x, y) __builtin_shufflevector(x, y, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29)
#define B3_HIGH64(x, y) __builtin_shufflevector(x, y, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31)
#endif

B3_INLINE b3_v b3_all(uint32_t word) { return (b3_v){0} + word; }

B3_INLINE b3_v b3_get(const uint32_t *words) {
    b3_v v;
    memcpy(&v, words, sizeof v);
    return v;
}

B3_INLINE void b3_put(uint32_t *words, b3_v v) { memcpy(words, &v, sizeof v); }

/// Turns four vectors into the transposes of the 4x4 squares in each of their 128-bit parts.
B3_INLINE void b3_turn_squares(b3_v v[4]) {
    b3_v a = B3_LOW32(v[0], v[1]), b = B3_HIGH32(v[0], v[1]);
    b3_v c = B3_LOW32(v[2], v[3]), d = B3_HIGH32(v[2], v[3]);
    v[0] = B3_LOW64(a, c);
    v[1] = B3_HIGH64(a, c);
    v[2] = B3_LOW64(b, d);
    v[3] = B3_HIGH64(b, d);
}

/// The vector whose 128-bit parts are the sixteen bytes at `offset` in rows `first`, `first + 4`, ...
B3_INLINE b3_v b3_gather(const uint8_t *const rows[B3_LANES], int first, size_t offset) {
    b3_v4 parts[B3_LANES / 4];
    for (int part = 0; part < B3_LANES / 4; part++) memcpy(&parts[part], rows[first + 4 * part] + offset, 16);
#if B3_LANES == 4
    return parts[0];
#elif B3_LANES == 8
    return __builtin_shufflevector(parts[0], parts[1], 0, 1, 2, 3, 4, 5, 6, 7);
#else
    b3_v v;
    memcpy(&v, parts, sizeof v);
    return v;
#endif
}

/// The blocks at `rows`, transposed: word i of each in vector i.
B3_INLINE void b3_transpose(b3_v m[16], const uint8_t *const rows[B3_LANES]) {
#pragma clang loop unroll(full)
    for (int quarter = 0; quarter < 4; quarter++) {
#pragma clang loop unroll(full)
        for (int i = 0; i < 4; i++) m[4 * quarter + i] = b3_gather(rows, i, 16 * (size_t)quarter);
        b3_turn_squares(m + 4 * quarter);
    }
}

#define B3_ROTATE(v, count) (((v) >> (count)) | ((v) << (32 - (count))))

#ifndef B3_ROTATE16
#define B3_ROTATE16(v) B3_ROTATE(v, 16)
#define B3_ROTATE8(v) B3_ROTATE(v, 8)
#endif

#define B3_EACH(statement) \
    do { \
        _Pragma("clang loop unroll(full)") for (int i = 0; i < 4; i++) { statement; } \
    } while (0)

/// Four of the paper's G, side by side: the columns (turn 0) or the diagonals (turn 1), with words s[0] ... s[7].
B3_INLINE void b3_mix(b3_v v[16], const b3_v m[16], const uint8_t *s, const int turn) {
#define A v[i]
#define B v[4 + (i + turn) % 4]
#define C v[8 + (i + 2 * turn) % 4]
#define D v[12 + (i + 3 * turn) % 4]
    B3_EACH(A += m[s[2 * i]]);
    B3_EACH(A += B);
    B3_EACH(D = B3_ROTATE16(D ^ A));
    B3_EACH(C += D);
    B3_EACH(B ^= C);
    B3_EACH(B = B3_ROTATE(B, 12));
    B3_EACH(A += m[s[2 * i + 1]]);
    B3_EACH(A += B);
    B3_EACH(D = B3_ROTATE8(D ^ A));
    B3_EACH(C += D);
    B3_EACH(B ^= C);
    B3_EACH(B = B3_ROTATE(B, 7));
#undef A
#undef B
#undef C
#undef D
}

/// One compression in every lane: `value` is chained.
B3_INLINE void b3_compress(b3_v value[8], const b3_v m[16], b3_v low, b3_v high, b3_v length, b3_v flags) {
    b3_v v[16];
    for (int i = 0; i < 8; i++) v[i] = value[i];
    for (int i = 0; i < 4; i++) v[8 + i] = b3_all(b3_iv[i]);
    v[12] = low;
    v[13] = high;
    v[14] = length;
    v[15] = flags;
#pragma clang loop unroll(full)
    for (int round = 0; round < 7; round++) {
        b3_mix(v, m, b3_schedule[round], 0);
        b3_mix(v, m, b3_schedule[round] + 8, 1);
    }
    for (int i = 0; i < 8; i++) value[i] = v[i] ^ v[i + 8];
}

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
        for (size_t block = 0; block < blocks; block++) {
            b3_v m[16];
            uint32_t all = flags | (block == 0 ? start : 0) | (block + 1 == blocks ? end : 0);
            b3_transpose(m, rows);
            b3_compress(value, m, b3_get(low), b3_get(high), b3_all(B3_BLOCK), b3_all(all));
            for (int lane = 0; lane < B3_LANES; lane++) rows[lane] += B3_BLOCK;
        }
        b3_write_rows(value, busy, out);
        input += busy * stride;
        counter += busy * increment;
        out += busy * B3_VALUE;
        count -= busy;
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
    for (uint32_t step = 0; step < steps; step++) {
        const uint8_t *rows[B3_LANES];
        for (int lane = 0; lane < B3_LANES; lane++) {
            bool is_last = lanes->left[lane] <= (int32_t)step + 1;
            rows[lane] = is_last ? lanes->last[lane] : lanes->next[lane] + (size_t)step * B3_BLOCK;
        }
        b3_v m[16];
        b3_transpose(m, rows);
        b3_v is_last = (b3_v)(left <= (b3_vs)b3_all(step + 1));
        b3_v length = (b3_get(lanes->end_length) & is_last) | (b3_all(B3_BLOCK) & ~is_last);
        b3_v flags = b3_all(lanes->flags) | (start & (b3_v)(b3_all(step) == b3_all(0)));
        flags |= b3_get(lanes->end) & is_last;
        b3_compress(value, m, b3_get(lanes->counter_low), b3_get(lanes->counter_high), length, flags);
    }
    for (int i = 0; i < 8; i++) b3_put(lanes->value[i], value[i]);
    for (int lane = 0; lane < B3_LANES; lane++) {
        lanes->next[lane] += (size_t)steps * B3_BLOCK;
        lanes->left[lane] -= (int32_t)steps;
        lanes->start[lane] = 0;
    }
}

const struct b3_kernel B3_KERNEL = {B3_LANES, b3_row_chain, b3_row_expand, b3_lane_rows, b3_lane_run};
