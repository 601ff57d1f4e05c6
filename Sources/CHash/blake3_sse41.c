// BLAKE3 for SSE4.1: four lanes.

#include "blake3_internal.h"

#if defined(__x86_64__)
#define B3_TARGET __attribute__((target("ssse3,sse4.1")))
#define B3_LANES 4
#define B3_FEW 2
#define B3_KERNEL b3_sse41
#define B3_OPAQUE(v) __asm__("" : "+x"(v))

// In this order: each builds on those before.
// clang-format off
#define B3_PARTS 1
#include "blake3_row.h"
#include "blake3_alone.h"
#include "blake3_vectors.h"
#include "blake3_rounds.h"
#include "blake3_lanes.h"
// clang-format on
#endif
