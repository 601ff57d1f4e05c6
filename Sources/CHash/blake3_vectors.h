// Vectors with one 32-bit word of every lane, and the transposition that fills them.
//
// To be included by a file that has defined B3_LANES (4, 8 or 16) and B3_TARGET (the attribute that its functions
// need), after blake3_row.h with one part. The vectors are the compiler's generic ones, so that one text serves every instruction set.

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
    b3_row1 parts[B3_LANES / 4];
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
        b3_v square[4];
        for (int i = 0; i < 4; i++) square[i] = b3_gather(rows, i, 16 * (size_t)quarter);
        b3_turn_squares(square);
        for (int i = 0; i < 4; i++) m[4 * quarter + i] = square[i];
    }
}

/// The state before the first round.
B3_INLINE void b3_begin(b3_v v[16], const b3_v value[8], b3_v low, b3_v high, b3_v length, b3_v flags) {
    for (int i = 0; i < 8; i++) v[i] = value[i];
    for (int i = 0; i < 4; i++) v[8 + i] = b3_all(b3_iv[i]);
    v[12] = low;
    v[13] = high;
    v[14] = length;
    v[15] = flags;
}
