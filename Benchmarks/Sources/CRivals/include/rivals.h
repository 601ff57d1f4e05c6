// What Perigee is measured against, built by the same compiler with the same flags.
#ifndef RIVALS_H
#define RIVALS_H

#include <stddef.h>
#include <stdint.h>

// FastCDC with normalised chunking at level 2 (Xia et al., "The Design of Fast Content-Defined Chunking for Data
// Deduplication Based Storage Systems", 2020): a gear hash that rolls by one byte or by two bytes a step.
typedef struct {
    uint64_t gear[256];
    uint64_t gear_shifted[256]; // each entry one bit to the left: the first byte of a step of two
    uint64_t mask_early, mask_late;
    size_t minimum, normal, maximum;
} rival_fastcdc;

// `bits` is the binary logarithm of the wished average: two more bits must be zero before `normal`, two fewer after it.
void rival_fastcdc_init(rival_fastcdc *rule, unsigned bits, size_t minimum, size_t normal, size_t maximum);

// The length of the first chunk of `count` bytes; all of them where no cut is found.
size_t rival_fastcdc_cut1(const rival_fastcdc *rule, const uint8_t *bytes, size_t count);

// The same cut points, found two bytes a step.
size_t rival_fastcdc_cut2(const rival_fastcdc *rule, const uint8_t *bytes, size_t count);

// The cutter of a gear hash with one mask of `bits` ones, as chunk stores on the web use it.
size_t rival_gear_cut(const rival_fastcdc *rule, unsigned bits, const uint8_t *bytes, size_t count);

// RAM (Widodo, Lim, Atiquzzaman, "A new content-defined chunking algorithm for data deduplication in cloud storage",
// 2017): a chunk ends with the first byte behind a window of `window` bytes that is no smaller than any in it. Vectors
// find the greatest byte and the end, as VectorCDC (Udayashankar, Baba, Al-Kiswany, 2025) has it.
size_t rival_ram_cut(size_t window, size_t maximum, const uint8_t *bytes, size_t count);

// Looks up every entry below the folder `path` with statx, on `threads` threads: as fast as can be, without any order.
// Returns how many there are; -1 where a folder cannot be read.
long rival_walk(const char *path, int threads);

// The official C implementation of BLAKE3, where a shared library of it was named; see the documentation of the
// benchmarks for how to build one.
typedef struct rival_blake3 rival_blake3;

// Loads the library at `path`; NULL where it does not have the functions.
rival_blake3 *rival_blake3_open(const char *path);

// Why the last rival_blake3_open failed.
const char *rival_blake3_error(void);

// Writes the 32 bytes of the hash of `input`, as a caller of that library computes it.
void rival_blake3_hash(const rival_blake3 *library, const void *input, size_t length, uint8_t *out);

#endif
