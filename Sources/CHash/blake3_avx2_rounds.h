// The rounds of the compression function in AVX2's own instructions, one by one in this order.
//
// To be included in place of blake3_rounds.h. Left alone, LLVM doubles the byte shuffles and spills much. Written out,
// fifteen of the sixteen vectors of state stay in registers and the sixteenth leaves one for what is shifted aside;
// the transposition of the next blocks goes through memory in steps of one register, two in each half round, where it
// fills what the rounds leave idle.

static const uint8_t b3_turn16[32] __attribute__((aligned(32))) = {
    2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13};
static const uint8_t b3_turn8[32] __attribute__((aligned(32))) = {
    1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12, 1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12};

/// Bytes in memory that an instruction reads.
struct b3_bytes32 {
    uint8_t bytes[32];
};
struct b3_bytes16 {
    uint8_t bytes[16];
};

/// What the transposition has done so far.
struct b3_turning {
    b3_v pairs[16];
    b3_v squares[16];
};

#define B3_BY_REGISTER(name, target, other) __asm__ volatile(name " %1, %0, %0" : "+x"(target) : "x"(other))
#define B3_BY_MEMORY(name, target, other) __asm__ volatile(name " %1, %0, %0" : "+x"(target) : "m"(other))
/// Rotates to the right by `right`, which with `left` makes 32.
#define B3_ROTATE(target, right, left) \
    do { \
        b3_v aside; \
        __asm__ volatile("vpsrld $" #right ", %0, %1\n\tvpslld $" #left ", %0, %0\n\tvpor %1, %0, %0" \
                         : "+x"(target), "=&x"(aside)); \
    } while (0)

/// kept += d, b ^= kept, where `kept` stays in memory.
#define B3_KEPT(kept, d, b) \
    do { \
        b3_v held; \
        __asm__ volatile("vpaddd %2, %3, %1\n\tvpxor %1, %0, %0\n\tvmovdqa %1, %2" \
                         : "+x"(b), "=&x"(held), "+m"(kept) \
                         : "x"(d)); \
    } while (0)

/// target = name(x, y), from memory to memory.
#define B3_THROUGH(move, part, name, target, x, y) \
    do { \
        b3_v held; \
        __asm__ volatile(move " %2, %" part "1\n\t" name " %3, %1, %1\n\tvmovdqa %1, %0" \
                         : "=m"(target), "=&x"(held) \
                         : "m"(x), "m"(y)); \
    } while (0)

/// Step `k` (0 ..< 48) of the transposition of the blocks at `rows` into `next`.
B3_INLINE void b3_turn_step(
    const int k, b3_v next[16], struct b3_turning *turning, const uint8_t *const rows[B3_LANES]) {
    const int half = k % 16 / 8, n = k % 8;
    if (k < 16) {
        // Words 8 * half ... of two rows, alternating.
        const struct b3_bytes32 *x = (const struct b3_bytes32 *)rows[n / 2 * 2] + half;
        const struct b3_bytes32 *y = (const struct b3_bytes32 *)rows[n / 2 * 2 + 1] + half;
        if (n % 2 == 0) B3_THROUGH("vmovdqu", "", "vpunpckldq", turning->pairs[k], *x, *y);
        if (n % 2 == 1) B3_THROUGH("vmovdqu", "", "vpunpckhdq", turning->pairs[k], *x, *y);
    } else if (k < 32) {
        // Of four rows: word j in the low part, word j + 4 in the high one.
        const b3_v *x = &turning->pairs[8 * half + n / 4 * 4 + n % 4 / 2];
        if (n % 2 == 0) B3_THROUGH("vmovdqa", "", "vpunpcklqdq", turning->squares[k - 16], x[0], x[2]);
        if (n % 2 == 1) B3_THROUGH("vmovdqa", "", "vpunpckhqdq", turning->squares[k - 16], x[0], x[2]);
    } else if (k < 48) {
        // Of all eight rows.
        const struct b3_bytes16 *x = (const struct b3_bytes16 *)&turning->squares[8 * half + n % 4] + n / 4;
        const struct b3_bytes16 *y = (const struct b3_bytes16 *)&turning->squares[8 * half + 4 + n % 4] + n / 4;
        B3_THROUGH("vmovdqa", "x", "vinserti128 $1,", next[k - 32], *x, *y);
    }
}

#define B3_EACH(statement) \
    do { \
        _Pragma("clang loop unroll(full)") for (int i = 0; i < 4; i++) { statement; } \
    } while (0)

/// Half of four of the paper's G: of the columns (turn 0) or the diagonals (turn 1); the first half or the second.
///
/// Each takes its word of the message from `s`; two steps of the transposition go between.
B3_INLINE void b3_mix_half(
    b3_v v[16], b3_v *kept, const b3_v m[16], const uint8_t *s, const int turn, const int second, const int step,
    b3_v next[16], struct b3_turning *turning, const uint8_t *const rows[B3_LANES]) {
#define A v[i]
#define B v[4 + (i + turn) % 4]
#define C v[8 + (i + 2 * turn) % 4]
#define D v[12 + (i + 3 * turn) % 4]
    const b3_v *order = (const b3_v *)(second ? b3_turn8 : b3_turn16);
    B3_EACH(B3_BY_MEMORY("vpaddd", A, m[s[8 * turn + 2 * i + second]]));
    b3_turn_step(step, next, turning, rows);
    B3_EACH(B3_BY_REGISTER("vpaddd", A, B));
    B3_EACH(B3_BY_REGISTER("vpxor", D, A));
    B3_EACH(B3_BY_MEMORY("vpshufb", D, *order));
    b3_turn_step(step + 1, next, turning, rows);
    B3_EACH(if (&C != v + 8) B3_BY_REGISTER("vpaddd", C, D));
    B3_EACH(if (&C == v + 8) B3_KEPT(*kept, D, B); else B3_BY_REGISTER("vpxor", B, C));
    if (second) {
        B3_EACH(B3_ROTATE(B, 7, 25));
    } else {
        B3_EACH(B3_ROTATE(B, 12, 20));
    }
#undef A
#undef B
#undef C
#undef D
}

/// One compression in every lane: `value` is chained with the blocks in `m`; those at `rows` go into `next`.
B3_INLINE void b3_compress(
    b3_v value[8], const b3_v m[16], b3_v low, b3_v high, b3_v length, b3_v flags, b3_v next[16],
    const uint8_t *const rows[B3_LANES], bool goes_on) {
    // Where nothing follows, the same blocks are transposed once more: it costs less than a way around.
    (void)goes_on;
    struct b3_turning turning;
    b3_v v[16];
    b3_begin(v, value, low, high, length, flags);
    b3_v kept = v[8];
#pragma clang loop unroll(full)
    for (int round = 0; round < 7; round++) {
        const uint8_t *s = b3_schedule[round];
        // The processor's fetch makes up to 6 % of difference between luck and misfortune here.
        __asm__ volatile(".p2align 6");
        b3_mix_half(v, &kept, m, s, 0, 0, 8 * round, next, &turning, rows);
        b3_mix_half(v, &kept, m, s, 0, 1, 8 * round + 2, next, &turning, rows);
        b3_mix_half(v, &kept, m, s, 1, 0, 8 * round + 4, next, &turning, rows);
        b3_mix_half(v, &kept, m, s, 1, 1, 8 * round + 6, next, &turning, rows);
    }
    v[8] = kept;
    for (int i = 0; i < 8; i++) value[i] = v[i] ^ v[i + 8];
}
