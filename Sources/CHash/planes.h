// What the kernels that split and join planes share. Internal to CHash.
#ifndef CHASH_PLANES_INTERNAL_H
#define CHASH_PLANES_INTERNAL_H

#include "chash_planes.h"

// The portable forms, of the words from `start` on.
void planes_split2_from(size_t start, const uint8_t *words, size_t count, uint8_t *const planes[2]);
void planes_join2_from(size_t start, const uint8_t *const planes[2], size_t count, uint8_t *words);
void planes_split4_from(size_t start, const uint8_t *words, size_t count, uint8_t *const planes[4]);
void planes_join4_from(size_t start, const uint8_t *const planes[4], size_t count, uint8_t *words);

// The AVX2 forms; they return how many of the words they did, from the first on.
size_t planes_split2_avx2(const uint8_t *words, size_t count, uint8_t *const planes[2]);
size_t planes_join2_avx2(const uint8_t *const planes[2], size_t count, uint8_t *words);
size_t planes_split4_avx2(const uint8_t *words, size_t count, uint8_t *const planes[4]);
size_t planes_join4_avx2(const uint8_t *const planes[4], size_t count, uint8_t *words);

#endif
