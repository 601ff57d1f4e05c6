// BLAKE3 for NEON: four lanes.

#include "blake3_internal.h"

#if defined(__aarch64__)
#define B3_TARGET 
#define B3_LANES 4
#define B3_FEW 2
#define B3_KERNEL b3_neon
#define B3_OPAQUE(v) __asm__("" : "+w"(v))

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
