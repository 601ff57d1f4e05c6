// A plane of bytes as one Zstandard frame (RFC 8878) whose blocks hold Huffman-coded literals and no sequences.
//
// The general compressor spends most of its time on matches that exponents do not have. The frames written here are
// read by any Zstandard decoder.
#include "chash_planes.h"

#include <stdbool.h>
#include <string.h>

enum {
    BLOCK = 131072,    // most bytes a block
    LEAST = 256,       // fewer are not worth four streams
    LAST_SYMBOL = 128, // symbols above it need a form of the table that is not written here
    MOST_BITS = 11,    // the longest code that the format allows
    STREAMS = 4,
};

// The code of each symbol in the highest bits, its length in the lowest byte.
typedef struct {
    uint64_t codes[256];
    int last; // the greatest symbol that occurs
    int bits; // the length of the longest code
} plane_table;

// How often each symbol occurs in each quarter of a block.
typedef struct {
    uint32_t of[STREAMS][256];
} plane_counts;

// All quarters but the last have as many bytes.
static size_t plane_quarter(size_t count) { return (count + STREAMS - 1) / STREAMS; }

static void plane_count(const uint8_t *bytes, size_t count, plane_counts *counts) {
    size_t quarter = plane_quarter(count), last = count - 3 * quarter;
    memset(counts, 0, sizeof *counts);
    for (size_t i = 0; i < last; i++) {
        for (size_t q = 0; q < STREAMS; q++) counts->of[q][bytes[q * quarter + i]]++;
    }
    for (size_t i = last; i < quarter; i++) {
        for (size_t q = 0; q < STREAMS - 1; q++) counts->of[q][bytes[q * quarter + i]]++;
    }
}

// Sorts the symbols that occur by how often they do, rarest first; returns how many there are.
static int plane_sort(const uint32_t sums[256], uint8_t order[256]) {
    int used = 0;
    for (int s = 0; s < 256; s++) {
        if (sums[s] == 0) continue;
        int at = used++;
        for (; at > 0 && sums[order[at - 1]] > sums[s]; at--) order[at] = order[at - 1];
        order[at] = (uint8_t)s;
    }
    return used;
}

// How many codes of each length Huffman's algorithm gives to `used` >= 2 symbols, none above MOST_BITS.
static void plane_lengths(const uint32_t sums[256], const uint8_t order[256], int used, int lengths[MOST_BITS + 1]) {
    uint32_t weight[512];
    int parent[512], depth[512];
    for (int n = 0; n < used; n++) weight[n] = sums[order[n]];
    int leaf = 0, node = used, nodes = used; // both queues are in order of weight
    for (; nodes < 2 * used - 1; nodes++) {
        weight[nodes] = 0;
        for (int twice = 0; twice < 2; twice++) {
            bool takes_leaf = leaf < used && (node == nodes || weight[leaf] <= weight[node]);
            int child = takes_leaf ? leaf++ : node++;
            weight[nodes] += weight[child];
            parent[child] = nodes;
        }
    }
    memset(lengths, 0, (MOST_BITS + 1) * sizeof lengths[0]);
    depth[nodes - 1] = 0;
    for (int n = nodes - 2; n >= 0; n--) {
        depth[n] = depth[parent[n]] + 1;
        if (n < used) lengths[depth[n] < MOST_BITS ? depth[n] : MOST_BITS]++;
    }
    // Codes cut short overfill the code space: a shorter one made longer frees what they need, one by one.
    int space = 0;
    for (int n = 1; n <= MOST_BITS; n++) space += lengths[n] << (MOST_BITS - n);
    for (; space > 1 << MOST_BITS; space--) {
        int n = MOST_BITS - 1;
        while (lengths[n] == 0) n--;
        lengths[n]--;
        lengths[n + 1] += 2;
        lengths[MOST_BITS]--;
    }
}

// Gives each symbol its code, in the order that the format prescribes: longest first, then by symbol.
static void plane_assign(const uint8_t order[256], int used, const int lengths[MOST_BITS + 1], plane_table *table) {
    uint8_t length_of[256] = {0};
    int at = 0;
    table->bits = table->last = 0;
    for (int n = MOST_BITS; n > 0; n--) {
        if (lengths[n] && table->bits == 0) table->bits = n;
        for (int m = 0; m < lengths[n] && at < used; m++) length_of[order[at++]] = (uint8_t)n;
    }
    uint32_t next[MOST_BITS + 1], code = 0;
    for (int n = table->bits; n > 0; n--) {
        next[n] = code;
        code = (code + (uint32_t)lengths[n]) >> 1;
    }
    for (int s = 0; s < 256; s++) {
        table->codes[s] = 0;
        if (length_of[s] == 0) continue;
        table->codes[s] = (uint64_t)next[length_of[s]]++ << (64 - length_of[s]) | length_of[s];
        table->last = s;
    }
}

// A stream of codes, and those of its bits that are not written yet: the highest `bits` & 255 of `held`.
typedef struct {
    uint8_t *at;
    uint64_t held, bits;
} plane_stream;

// Adds a code above those held. The entry's length stays below it as dirt, and so does the code in `bits`: this saves
// masking, and reaches nothing that counts as long as no more than 56 bits are held.
static inline __attribute__((always_inline)) void plane_put(plane_stream *s, uint64_t entry) {
    s->held = s->held >> (entry & 63) | entry;
    s->bits += entry;
}

// Writes the whole bytes held, and whatever in the seven bytes behind them: more codes will follow.
static inline __attribute__((always_inline)) void plane_flush(plane_stream *s) {
    uint64_t bits = s->bits & 63, bytes = s->held >> (64 - bits & 63);
    memcpy(s->at, &bytes, 8);
    s->at += bits >> 3;
    s->bits = bits & 7;
}

// Codes the four bytes before `from`, the last of them first.
static inline __attribute__((always_inline)) void plane_put_four(
    plane_stream *s, const uint8_t *from, const uint64_t *codes) {
    plane_put(s, codes[from[-1]]);
    plane_put(s, codes[from[-2]]);
    plane_put(s, codes[from[-3]]);
    plane_put(s, codes[from[-4]]);
    plane_flush(s);
}

// Codes what is left of a quarter, from its end to its start, byte by byte, and marks where the stream ends.
static inline __attribute__((always_inline)) void plane_finish(
    plane_stream s, const uint8_t *from, const uint8_t *start, const uint64_t *codes) {
    uint32_t bits = (uint32_t)s.bits & 63, held = bits ? (uint32_t)(s.held >> (64 - bits)) : 0;
    while (from > start) {
        uint64_t entry = codes[*--from];
        uint32_t length = (uint32_t)entry & 63;
        held |= (uint32_t)(entry >> (64 - length)) << bits;
        for (bits += length; bits >= 8; bits -= 8, held >>= 8) *s.at++ = (uint8_t)held;
    }
    *s.at = (uint8_t)(held | 1u << bits);
}

// Writes two streams at once, which the processor works on side by side; `done` bytes of each quickly.
static inline __attribute__((always_inline)) void plane_write_two(
    const uint8_t *bytes, size_t quarter, size_t count, size_t done, const uint64_t *codes, uint8_t *const out[2]) {
    plane_stream a = {out[0], 0, 0}, b = {out[1], 0, 0};
    for (size_t n = 0; n < done; n += 4) {
        plane_put_four(&a, bytes + quarter - n, codes);
        plane_put_four(&b, bytes + count - n, codes);
    }
    plane_finish(a, bytes + quarter - done, bytes, codes);
    plane_finish(b, bytes + count - done, bytes + quarter, codes);
}

// Writes the four streams, each of which is read from its end: the last byte of a quarter is coded first.
static inline __attribute__((always_inline)) void plane_write_streams(
    const uint8_t *bytes, size_t count, const uint64_t *codes, uint8_t *const out[STREAMS]) {
    size_t quarter = plane_quarter(count), last = count - 3 * quarter;
    // The last 72 codes or more are left for the careful loop: eight bytes at least.
    size_t done = last > 72 ? (last - 72) / 4 * 4 : 0;
    plane_write_two(bytes, quarter, 2 * quarter, done, codes, out);
    plane_write_two(bytes + 2 * quarter, quarter, count - 2 * quarter, done, codes, out + 2);
}

static void plane_write_plain(
    const uint8_t *bytes, size_t count, const uint64_t *codes, uint8_t *const out[STREAMS]) {
    plane_write_streams(bytes, count, codes, out);
}

#if defined(__x86_64__)
__attribute__((target("bmi2"))) static void plane_write_bmi2(
    const uint8_t *bytes, size_t count, const uint64_t *codes, uint8_t *const out[STREAMS]) {
    plane_write_streams(bytes, count, codes, out);
}
#endif

static void plane_write(const uint8_t *bytes, size_t count, const uint64_t *codes, uint8_t *const out[STREAMS]) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("bmi2")) return plane_write_bmi2(bytes, count, codes, out);
#endif
    plane_write_plain(bytes, count, codes, out);
}

// Stores the low `count` bytes of `number`, lowest first.
static void plane_store(uint8_t *out, uint64_t number, int count) {
    for (int n = 0; n < count; n++) out[n] = (uint8_t)(number >> (8 * n));
}

// Writes the weights of all symbols below the last, two a byte, after a byte that says how many; returns its length.
static size_t plane_write_table(const plane_table *table, uint8_t *out) {
    out[0] = (uint8_t)(127 + table->last);
    memset(out + 1, 0, (size_t)(table->last + 1) / 2);
    for (int s = 0; s < table->last; s++) {
        int bits = (int)(table->codes[s] & 63), weight = bits ? table->bits + 1 - bits : 0;
        out[1 + s / 2] |= (uint8_t)(s % 2 ? weight : weight << 4);
    }
    return 1 + (size_t)(table->last + 1) / 2;
}

// Writes a block of `count` bytes; returns its length, or 0 where it cannot be written or would not shrink.
static size_t plane_write_block(const uint8_t *bytes, size_t count, bool is_last, uint8_t *out) {
    plane_counts counts;
    plane_count(bytes, count, &counts);
    uint32_t sums[256];
    for (int s = 0; s < 256; s++) sums[s] = counts.of[0][s] + counts.of[1][s] + counts.of[2][s] + counts.of[3][s];
    uint8_t order[256];
    int used = plane_sort(sums, order), lengths[MOST_BITS + 1];
    if (used == 1) {
        plane_store(out, (uint64_t)is_last | 1 << 1 | (uint64_t)count << 3, 3);
        out[3] = bytes[0];
        return 4;
    }
    plane_lengths(sums, order, used, lengths);
    plane_table table;
    plane_assign(order, used, lengths, &table);
    if (table.last > LAST_SYMBOL) return 0;

    size_t sizes[STREAMS], head = 1 + (size_t)(table.last + 1) / 2 + 6, total = head;
    for (int q = 0; q < STREAMS; q++) {
        size_t bits = 0;
        for (int s = 0; s <= table.last; s++) bits += (size_t)counts.of[q][s] * (table.codes[s] & 63);
        sizes[q] = bits / 8 + 1;
        total += sizes[q];
    }
    if (total + 9 >= count) return 0;

    // Block: length and kind; literals: kind 2 in form 3, both lengths in 18 bits; table, jumps, streams; no sequences.
    plane_store(out, (uint64_t)is_last | 2 << 1 | (uint64_t)(5 + total + 1) << 3, 3);
    plane_store(out + 3, 2 | 3 << 2 | (uint64_t)count << 4 | (uint64_t)total << 22, 5);
    uint8_t *at = out + 8 + plane_write_table(&table, out + 8);
    for (int q = 0; q < 3; q++) plane_store(at + 2 * q, sizes[q], 2);
    at += 6;
    uint8_t *streams[STREAMS];
    for (int q = 0; q < STREAMS; q++) {
        streams[q] = at;
        at += sizes[q];
    }
    plane_write(bytes, count, table.codes, streams);
    *at = 0;
    return (size_t)(at + 1 - out);
}

size_t chash_planes_code(const uint8_t *plane, size_t count, uint8_t *out, size_t capacity) {
    if (count == 0 || (count - 1) % BLOCK + 1 < LEAST || count > UINT32_MAX || capacity < count + 9) return 0;
    plane_store(out, UINT64_C(0xfd2fb528), 4);
    out[4] = 0xa0; // one segment, and the length in four bytes
    plane_store(out + 5, count, 4);
    size_t end = 9;
    for (size_t start = 0; start < count; start += BLOCK) {
        size_t length = count - start < BLOCK ? count - start : BLOCK;
        // Every block shrinks, so that `end` is at most 9 beyond `start`: there is always room.
        size_t written = plane_write_block(plane + start, length, start + length == count, out + end);
        if (written == 0) return 0;
        end += written;
    }
    return end;
}
