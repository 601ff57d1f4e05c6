#include "include/chash_crc32c.h"

#include <string.h>

// The reversed polynomial.
#define POLYNOMIAL 0x82f63b78u

// The instruction gives its result cycles after it could take in the next word, so three runs of bytes go on at once. A
// run has this many bytes, which is enough for joining the three to cost nothing and little enough to fit small payloads.
#define RUN 1024

// Remainders of one byte at the eight places of a word, worked out once: eight lookups then take in eight bytes.
static uint32_t table[8][256];

// What each of a remainder's four bytes becomes when RUN zero bytes follow.
static uint32_t shifted[4][256];

__attribute__((constructor)) static void fill_table(void) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t remainder = byte;
        for (int bit = 0; bit < 8; bit++) remainder = remainder >> 1 ^ (remainder & 1 ? POLYNOMIAL : 0);
        table[0][byte] = remainder;
    }
    for (uint32_t byte = 0; byte < 256; byte++)
        for (int place = 1; place < 8; place++)
            table[place][byte] = table[place - 1][byte] >> 8 ^ table[0][table[place - 1][byte] & 0xff];
    // Remainders add up, so those of single bits give all others.
    for (int bit = 0; bit < 32; bit++) {
        uint32_t remainder = 1u << bit;
        for (int i = 0; i < RUN; i++) remainder = remainder >> 8 ^ table[0][remainder & 0xff];
        for (uint32_t byte = 0; byte < 256; byte++)
            if (byte >> bit % 8 & 1) shifted[bit / 8][byte] ^= remainder;
    }
}

// The remainder of what `state` is that of, and RUN zero bytes behind it.
__attribute__((unused)) static uint32_t past_run(uint32_t state) {
    return shifted[0][state & 0xff] ^ shifted[1][state >> 8 & 0xff] ^ shifted[2][state >> 16 & 0xff]
        ^ shifted[3][state >> 24];
}

static uint32_t one_byte(uint32_t state, uint8_t byte) { return state >> 8 ^ table[0][(state ^ byte) & 0xff]; }

static uint32_t portable_form(uint32_t state, const uint8_t *bytes, size_t count) {
    for (; count >= 8; count -= 8, bytes += 8) {
        uint32_t next = 0;
        for (int place = 0; place < 8; place++) {
            uint8_t byte = bytes[place];
            if (place < 4) byte ^= (uint8_t)(state >> 8 * place);
            next ^= table[7 - place][byte];
        }
        state = next;
    }
    for (; count > 0; count--) state = one_byte(state, *bytes++);
    return state;
}

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

__attribute__((target("sse4.2"))) static uint32_t fast_form(uint32_t state, const uint8_t *bytes, size_t count) {
    uint64_t wide = state;
    for (; count >= 3 * RUN; count -= 3 * RUN, bytes += 3 * RUN) {
        uint64_t second = 0, third = 0;
        for (size_t i = 0; i < RUN; i += 8) {
            uint64_t words[3];
            for (int run = 0; run < 3; run++) memcpy(&words[run], bytes + run * RUN + i, 8);
            wide = _mm_crc32_u64(wide, words[0]);
            second = _mm_crc32_u64(second, words[1]);
            third = _mm_crc32_u64(third, words[2]);
        }
        wide = past_run(past_run((uint32_t)wide) ^ (uint32_t)second) ^ (uint32_t)third;
    }
    for (; count >= 8; count -= 8, bytes += 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        wide = _mm_crc32_u64(wide, word);
    }
    state = (uint32_t)wide;
    for (; count > 0; count--) state = _mm_crc32_u8(state, *bytes++);
    return state;
}

// 0 until it was looked up, then 1 without the instruction and 2 with it. Threads that look together find the same.
static int has_fast_form(void) {
    static int known;
    int found = __atomic_load_n(&known, __ATOMIC_RELAXED);
    if (!found) {
        uint32_t a, b, c, d;
        found = __get_cpuid(1, &a, &b, &c, &d) && (c & bit_SSE4_2) ? 2 : 1;
        __atomic_store_n(&known, found, __ATOMIC_RELAXED);
    }
    return found == 2;
}

#elif defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>

static uint32_t fast_form(uint32_t state, const uint8_t *bytes, size_t count) {
    for (; count >= 3 * RUN; count -= 3 * RUN, bytes += 3 * RUN) {
        uint32_t second = 0, third = 0;
        for (size_t i = 0; i < RUN; i += 8) {
            uint64_t words[3];
            for (int run = 0; run < 3; run++) memcpy(&words[run], bytes + run * RUN + i, 8);
            state = __crc32cd(state, words[0]);
            second = __crc32cd(second, words[1]);
            third = __crc32cd(third, words[2]);
        }
        state = past_run(past_run(state) ^ second) ^ third;
    }
    for (; count >= 8; count -= 8, bytes += 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        state = __crc32cd(state, word);
    }
    for (; count > 0; count--) state = __crc32cb(state, *bytes++);
    return state;
}

static int has_fast_form(void) { return 1; }

#else
static uint32_t fast_form(uint32_t state, const uint8_t *bytes, size_t count) {
    return portable_form(state, bytes, count);
}

static int has_fast_form(void) { return 0; }
#endif

uint32_t chash_crc32c(uint32_t state, const void *bytes, size_t count, int portable) {
    if (count == 0) return state;
    int fast = !portable && has_fast_form();
    return ~(fast ? fast_form(~state, bytes, count) : portable_form(~state, bytes, count));
}
