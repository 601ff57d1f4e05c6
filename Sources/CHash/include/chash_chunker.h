// The tap-window chunker: where a stream of bytes is cut.
//
// Stage 1 looks at every position i, with s = the bytes as signed numbers and all sums modulo 2^16:
//
//     g(i) = k1 * (127 s[i-1] + 59 s[i] + 37 s[i-7] + 113 s[i-6])
//          + k2 * (97 s[i-13] + 71 s[i-12] + 109 s[i-19] + 29 s[i-18])
//     h(i) = g(i) + g(i-32) + g(i-64)
//
// and i is a candidate where h(i), as a signed number of 16 bits, is above 32767 - threshold. It holds no state, so
// vectors test 16 to 64 positions at once. Stage 2 folds the last 64 bytes by wide multiplication; see tap.h.
#ifndef CHASH_CHUNKER_H
#define CHASH_CHUNKER_H

#include <stddef.h>
#include <stdint.h>

// What decides where a chunk ends. Lengths are in bytes.
typedef struct {
    uint64_t fold[9];     // constants of stage 2
    uint64_t early, late; // a candidate cuts where its fold is below: early before `normal`, late from there on
    size_t minimum;       // at least 1024: the window of 84 bytes never reaches before the chunk
    size_t normal;
    size_t maximum;
    uint32_t cap;         // the candidate with this number in a chunk (from 1) cuts whatever its fold
    uint16_t k1, k2;
    uint16_t threshold;
} chash_chunker;

// The length of the first chunk of `count` bytes that begin at a cut; 0 where more bytes could change it.
// With `is_last` nothing follows, and 0 is returned for `count` 0 only. `kernel` is one that can run here
// (see chash_kernel.h); all of them find the same cuts.
size_t chash_chunker_cut(
    const chash_chunker *rule, uint32_t kernel, const uint8_t *bytes, size_t count, int is_last);

#endif
