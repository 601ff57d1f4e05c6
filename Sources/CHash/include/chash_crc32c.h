// CRC-32C (Castagnoli; RFC 3720, appendix B.4): finds bytes that changed by accident.
#ifndef CHASH_CRC32C_H
#define CHASH_CRC32C_H

#include <stddef.h>
#include <stdint.h>

// The checksum of what `state` is the checksum of (0 for nothing), followed by `count` bytes.
// `portable` asks for the form without instructions of the processor, which all others are tested against.
uint32_t chash_crc32c(uint32_t state, const void *bytes, size_t count, int portable);

#endif
