// The rounds of the compression function over lanes, in the compiler's generic vectors.
//
// To be included after blake3_vectors.h. Where the target cannot do without it, B3_OPAQUE(v) keeps the compiler from
// looking through v: LLVM would move a rotation by bytes before the exclusive or that it follows, and so double it.

#define B3_ROTATE(v, count) (((v) >> (count)) | ((v) << (32 - (count))))

#ifndef B3_OPAQUE
#define B3_OPAQUE(v) (void)0
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
    B3_EACH(D ^= A; B3_OPAQUE(D));
    B3_EACH(D = B3_ROTATE(D, 16));
    B3_EACH(C += D);
    B3_EACH(B ^= C);
    B3_EACH(B = B3_ROTATE(B, 12));
    B3_EACH(A += m[s[2 * i + 1]]);
    B3_EACH(A += B);
    B3_EACH(D ^= A; B3_OPAQUE(D));
    B3_EACH(D = B3_ROTATE(D, 8));
    B3_EACH(C += D);
    B3_EACH(B ^= C);
    B3_EACH(B = B3_ROTATE(B, 7));
#undef A
#undef B
#undef C
#undef D
}

/// One compression in every lane: `value` is chained with the blocks in `m`; those at `rows`, if any, go into `next`.
B3_INLINE void b3_compress(
    b3_v value[8], const b3_v m[16], b3_v low, b3_v high, b3_v length, b3_v flags, b3_v next[16],
    const uint8_t *const rows[B3_LANES], bool goes_on) {
    b3_v v[16];
    b3_begin(v, value, low, high, length, flags);
#pragma clang loop unroll(full)
    for (int round = 0; round < 7; round++) {
        b3_mix(v, m, b3_schedule[round], 0);
        b3_mix(v, m, b3_schedule[round] + 8, 1);
    }
    for (int i = 0; i < 8; i++) value[i] = v[i] ^ v[i + 8];
    if (goes_on) b3_transpose(next, rows);
}
