// Whole states in few vectors: a column or a diagonal of the state side by side, one block in each 128-bit part.
//
// To be included by a file that has defined B3_TARGET (the attribute that its functions need), after
// blake3_internal.h; once with B3_PARTS as 1, for one block at a time, and on wide vectors once more with 2. The
// message is held as the even and odd words of its two halves, in the order in which the lanes want them; the
// permutation between rounds then is the same few shuffles each time. Diagonals are lined up by turning the rows other
// than the second, whose value is ready last.

#define B3_INLINE B3_TARGET static inline __attribute__((always_inline))
#define B3_PASTE(a, b) a##b
#define B3_NAME(base, parts) B3_PASTE(base, parts)
#define B3_ROW(base) B3_NAME(base, B3_PARTS)

/// Words of x (0 to 3) and y (4 to 7), the same from every part.
#undef B3_PICK
#if B3_PARTS == 1
#define B3_PICK(x, y, a, b, c, d) __builtin_shufflevector(x, y, a, b, c, d)
#else
#define B3_AT(i) ((i) + (i) / 4 * 4)
#define B3_PICK(x, y, a, b, c, d) \
    __builtin_shufflevector( \
        x, y, B3_AT(a), B3_AT(b), B3_AT(c), B3_AT(d), B3_AT(a) + 4, B3_AT(b) + 4, B3_AT(c) + 4, B3_AT(d) + 4)
#endif

typedef uint32_t B3_ROW(b3_row) __attribute__((vector_size(16 * B3_PARTS)));

/// The sixteen words of a message, for the four vectors of a state.
struct B3_ROW(b3_message) {
    B3_ROW(b3_row) a, b, c, d;
};

B3_INLINE struct B3_ROW(b3_message) B3_ROW(b3_load_message)(const uint8_t *const blocks[B3_PARTS]) {
    B3_ROW(b3_row) w[4];
    for (int part = 0; part < B3_PARTS; part++) {
        for (int i = 0; i < 4; i++) memcpy((uint8_t *)&w[i] + 16 * part, blocks[part] + 16 * i, 16);
    }
    return (struct B3_ROW(b3_message)){
        B3_PICK(w[0], w[1], 0, 2, 4, 6), B3_PICK(w[0], w[1], 1, 3, 5, 7), B3_PICK(w[2], w[3], 6, 0, 2, 4),
        B3_PICK(w[2], w[3], 7, 1, 3, 5)};
}

B3_INLINE struct B3_ROW(b3_message) B3_ROW(b3_permute)(struct B3_ROW(b3_message) m) {
    B3_ROW(b3_row) cd = B3_PICK(m.c, m.d, 2, 2, 7, 7);
    B3_ROW(b3_row) db = B3_PICK(m.d, m.b, 0, 4, 1, 5);
    B3_ROW(b3_row) bd = B3_PICK(m.b, m.d, 2, 6, 2, 6);
    return (struct B3_ROW(b3_message)){
        B3_PICK(m.a, m.b, 1, 5, 7, 2), B3_PICK(m.a, cd, 3, 5, 0, 7), B3_PICK(db, m.c, 0, 1, 7, 2),
        B3_PICK(m.c, bd, 1, 5, 4, 0)};
}

B3_INLINE B3_ROW(b3_row) B3_ROW(b3_rotate)(B3_ROW(b3_row) v, const int count) {
    return v >> count | v << (32 - count);
}

B3_INLINE void B3_ROW(b3_mix_row)(B3_ROW(b3_row) v[4], B3_ROW(b3_row) x, B3_ROW(b3_row) y) {
    v[0] += v[1] + x;
    v[3] = B3_ROW(b3_rotate)(v[3] ^ v[0], 16);
    v[2] += v[3];
    v[1] = B3_ROW(b3_rotate)(v[1] ^ v[2], 12);
    v[0] += v[1] + y;
    v[3] = B3_ROW(b3_rotate)(v[3] ^ v[0], 8);
    v[2] += v[3];
    v[1] = B3_ROW(b3_rotate)(v[1] ^ v[2], 7);
}

/// All rounds of `sets` states at a time, each with its message; the halves are then folded into v[0] and v[1].
B3_INLINE void B3_ROW(b3_rounds)(B3_ROW(b3_row) v[][4], struct B3_ROW(b3_message) m[], const int sets) {
#pragma clang loop unroll(full)
    for (int round = 0; round < 7; round++) {
        for (int s = 0; s < sets; s++) {
            B3_ROW(b3_mix_row)(v[s], m[s].a, m[s].b);
            v[s][0] = B3_PICK(v[s][0], v[s][0], 3, 0, 1, 2);
            v[s][3] = B3_PICK(v[s][3], v[s][3], 2, 3, 0, 1);
            v[s][2] = B3_PICK(v[s][2], v[s][2], 1, 2, 3, 0);
        }
        for (int s = 0; s < sets; s++) {
            B3_ROW(b3_mix_row)(v[s], m[s].c, m[s].d);
            v[s][0] = B3_PICK(v[s][0], v[s][0], 1, 2, 3, 0);
            v[s][3] = B3_PICK(v[s][3], v[s][3], 2, 3, 0, 1);
            v[s][2] = B3_PICK(v[s][2], v[s][2], 3, 0, 1, 2);
            m[s] = B3_ROW(b3_permute)(m[s]);
        }
    }
    for (int s = 0; s < sets; s++) {
        v[s][0] ^= v[s][2];
        v[s][1] ^= v[s][3];
    }
}
