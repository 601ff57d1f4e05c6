/// What the C library does with memory that is given back: what Swift's import of <malloc.h> leaves out.
#ifndef CSYSTEM_MEMORY_H
#define CSYSTEM_MEMORY_H

#include <stddef.h>

/// Has blocks of `size` bytes and more be given back to the system as soon as they are freed, where the C library can.
void csystem_return_blocks(size_t size);

#endif
