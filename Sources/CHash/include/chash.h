// The byte work that is done in C: hashing, checksums, cutting, splitting numbers into planes.

#ifndef CHASH_H
#define CHASH_H

#include "chash_blake3.h"
#include "chash_chunker.h"
#include "chash_crc32c.h"
#include "chash_kernel.h"
#include "chash_planes.h"

#endif
