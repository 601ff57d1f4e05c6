// BLAKE3 for AVX2: eight lanes.

#include "blake3_internal.h"

#if defined(__x86_64__)
#define B3_TARGET __attribute__((target("avx2")))
#define B3_LANES 8
#define B3_KERNEL b3_avx2

#include "blake3_row.h"
// Second, as it builds on the first.
#include "blake3_lanes.h"
#endif
