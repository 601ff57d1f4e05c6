// BLAKE3 for NEON: four lanes.

#include "blake3_internal.h"

#if defined(__aarch64__)
#define B3_TARGET 
#define B3_LANES 4
#define B3_KERNEL b3_neon

#include "blake3_row.h"
// Second, as it builds on the first.
#include "blake3_lanes.h"
#endif
