#include "csystem_memory.h"

#include <limits.h>
#include <stdlib.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

void csystem_return_blocks(size_t size) {
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, size > INT_MAX ? INT_MAX : (int)size);
#else
    (void)size;
#endif
}
