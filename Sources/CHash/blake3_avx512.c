// BLAKE3 for AVX-512 (F and VL): sixteen lanes, rotations of one instruction.

#include "blake3_internal.h"

#if defined(__x86_64__)
#define B3_TARGET __attribute__((target("avx512f,avx512vl")))
#define B3_LANES 16
#define B3_KERNEL b3_avx512

#include "blake3_row.h"
// Second, as it builds on the first.
#include "blake3_lanes.h"
#endif
