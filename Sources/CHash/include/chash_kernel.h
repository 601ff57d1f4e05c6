// The forms in which the byte work exists, and which of them this processor can run.

#ifndef CHASH_KERNEL_H
#define CHASH_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Names one form of a function: every form gives the same bytes.
enum {
    CHASH_KERNEL_BEST = 0,
    CHASH_KERNEL_PORTABLE = 1,
    CHASH_KERNEL_SSE41 = 2,
    CHASH_KERNEL_AVX2 = 3,
    CHASH_KERNEL_AVX512 = 4,
    CHASH_KERNEL_NEON = 5,
};

/// Whether the processor has the instructions of `kernel` and the system keeps their registers.
bool chash_kernel_available(uint32_t kernel);

#ifdef __cplusplus
}
#endif

#endif
