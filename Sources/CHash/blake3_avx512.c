// BLAKE3 for AVX-512 (F and VL): sixteen lanes, a rotation is one instruction.

#include "blake3_internal.h"

#if defined(__x86_64__)
#define B3_TARGET __attribute__((target("avx512f,avx512vl")))
#define B3_LANES 16
#define B3_FEW 4
#define B3_KERNEL b3_avx512

// In this order: each builds on those before.
// clang-format off
#define B3_PARTS 1
#include "blake3_row.h"
#include "blake3_alone.h"
#undef B3_PARTS
#define B3_PARTS 2
#include "blake3_row.h"
#include "blake3_few.h"
#include "blake3_vectors.h"
#include "blake3_rounds.h"
#include "blake3_lanes.h"
// clang-format on
#endif
