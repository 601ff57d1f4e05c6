#define _GNU_SOURCE
#include "csystem_processors.h"

#include <sched.h>

int csystem_processors(void) {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) != 0) return -1;
    return CPU_COUNT(&set);
}
