// Histograms of a sample: what the choice of a codec goes by.
#include "chash_planes.h"

#include <string.h>

enum { RUNS = 8, RUN = 256 };

// Where a run begins: spread evenly, at multiples of four.
static const uint8_t *sample_run(const uint8_t *bytes, size_t count, size_t run) {
    return bytes + ((count - RUN - 1) / (RUNS - 1) * run & ~(size_t)3);
}

void chash_sample_bytes(const uint8_t *bytes, size_t count, uint16_t counts[256]) {
    // Four tables, so that equal bytes side by side need not wait for each other's increments.
    uint16_t tables[4][256] = {{0}};
    for (size_t run = 0; run < RUNS; run++) {
        const uint8_t *p = sample_run(bytes, count, run);
        for (size_t i = 0; i < RUN; i += 8) {
            uint64_t eight;
            memcpy(&eight, p + i, sizeof eight);
            tables[0][eight & 255]++;
            tables[1][eight >> 8 & 255]++;
            tables[2][eight >> 16 & 255]++;
            tables[3][eight >> 24 & 255]++;
            tables[0][eight >> 32 & 255]++;
            tables[1][eight >> 40 & 255]++;
            tables[2][eight >> 48 & 255]++;
            tables[3][eight >> 56]++;
        }
    }
    for (size_t i = 0; i < 256; i++) counts[i] = (uint16_t)(tables[0][i] + tables[1][i] + tables[2][i] + tables[3][i]);
}

void chash_sample_planes(const uint8_t *bytes, size_t count, uint16_t counts[1024]) {
    memset(counts, 0, 1024 * sizeof counts[0]);
    for (size_t run = 0; run < RUNS; run++) {
        const uint8_t *p = sample_run(bytes, count, run);
        for (size_t i = 0; i < RUN; i += 4) {
            uint64_t five = (uint64_t)p[i + 4] << 32 | (uint32_t)p[i + 3] << 24 | p[i + 2] << 16 | p[i + 1] << 8 | p[i];
            for (int r = 0; r < 4; r++) counts[256 * r + (int)(five >> (7 + 8 * r) & 255)]++;
        }
    }
}
