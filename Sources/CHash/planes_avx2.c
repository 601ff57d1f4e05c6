// Planes with AVX2: 32 words a step.
#include "planes.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx2")))

TARGET static inline __m256i planes_load(const uint8_t *p) { return _mm256_loadu_si256((const __m256i *)p); }
TARGET static inline void planes_store(uint8_t *p, __m256i v) { _mm256_storeu_si256((__m256i *)p, v); }

TARGET size_t planes_split2_avx2(const uint8_t *words, size_t count, uint8_t *const planes[2]) {
    const __m256i low = _mm256_set1_epi16(255);
    size_t n = 0;
    for (; count - n >= 32; n += 32) {
        __m256i a = planes_load(words + 2 * n), b = planes_load(words + 2 * n + 32);
        a = _mm256_or_si256(_mm256_slli_epi16(a, 1), _mm256_srli_epi16(a, 15));
        b = _mm256_or_si256(_mm256_slli_epi16(b, 1), _mm256_srli_epi16(b, 15));
        // Packing works within halves: the second and third quarters change places.
        __m256i lows = _mm256_packus_epi16(_mm256_and_si256(a, low), _mm256_and_si256(b, low));
        __m256i highs = _mm256_packus_epi16(_mm256_srli_epi16(a, 8), _mm256_srli_epi16(b, 8));
        planes_store(planes[0] + n, _mm256_permute4x64_epi64(lows, 0xd8));
        planes_store(planes[1] + n, _mm256_permute4x64_epi64(highs, 0xd8));
    }
    return n;
}

TARGET size_t planes_join2_avx2(const uint8_t *const planes[2], size_t count, uint8_t *words) {
    size_t n = 0;
    for (; count - n >= 32; n += 32) {
        __m256i lows = _mm256_permute4x64_epi64(planes_load(planes[0] + n), 0xd8);
        __m256i highs = _mm256_permute4x64_epi64(planes_load(planes[1] + n), 0xd8);
        __m256i a = _mm256_unpacklo_epi8(lows, highs), b = _mm256_unpackhi_epi8(lows, highs);
        a = _mm256_or_si256(_mm256_srli_epi16(a, 1), _mm256_slli_epi16(a, 15));
        b = _mm256_or_si256(_mm256_srli_epi16(b, 1), _mm256_slli_epi16(b, 15));
        planes_store(words + 2 * n, a);
        planes_store(words + 2 * n + 32, b);
    }
    return n;
}

// The bytes of four words, first to first, second to second: its own inverse.
TARGET static inline __m256i planes_gather4(void) {
    return _mm256_setr_epi8(
        0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
}

// Transposes the 4 x 4 doublewords of each half: v[i] doubleword j to v[j] doubleword i.
TARGET static inline void planes_transpose(__m256i v[4]) {
    __m256i a = _mm256_unpacklo_epi32(v[0], v[1]), b = _mm256_unpacklo_epi32(v[2], v[3]);
    __m256i c = _mm256_unpackhi_epi32(v[0], v[1]), d = _mm256_unpackhi_epi32(v[2], v[3]);
    v[0] = _mm256_unpacklo_epi64(a, b);
    v[1] = _mm256_unpackhi_epi64(a, b);
    v[2] = _mm256_unpacklo_epi64(c, d);
    v[3] = _mm256_unpackhi_epi64(c, d);
}

TARGET size_t planes_split4_avx2(const uint8_t *words, size_t count, uint8_t *const planes[4]) {
    const __m256i gather = planes_gather4(), order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    size_t n = 0;
    for (; count - n >= 32; n += 32) {
        __m256i v[4];
        for (int k = 0; k < 4; k++) {
            __m256i a = planes_load(words + 4 * n + 32 * k);
            a = _mm256_or_si256(_mm256_slli_epi32(a, 1), _mm256_srli_epi32(a, 31));
            v[k] = _mm256_shuffle_epi8(a, gather);
        }
        planes_transpose(v);
        for (int k = 0; k < 4; k++) planes_store(planes[k] + n, _mm256_permutevar8x32_epi32(v[k], order));
    }
    return n;
}

TARGET size_t planes_join4_avx2(const uint8_t *const planes[4], size_t count, uint8_t *words) {
    const __m256i gather = planes_gather4(), order = _mm256_setr_epi32(0, 2, 4, 6, 1, 3, 5, 7);
    size_t n = 0;
    for (; count - n >= 32; n += 32) {
        __m256i v[4];
        for (int k = 0; k < 4; k++) v[k] = _mm256_permutevar8x32_epi32(planes_load(planes[k] + n), order);
        planes_transpose(v);
        for (int k = 0; k < 4; k++) {
            __m256i a = _mm256_shuffle_epi8(v[k], gather);
            a = _mm256_or_si256(_mm256_srli_epi32(a, 1), _mm256_slli_epi32(a, 31));
            planes_store(words + 4 * n + 32 * k, a);
        }
    }
    return n;
}
#endif
