// Floating-point words taken apart into planes of bytes, and joined again; and what a sample says of them.
//
// A word of 2 or 4 little-endian bytes is rotated left by one bit, so that the exponent of a bfloat16 or float32 fills
// the highest byte and the sign goes last. Plane k holds byte k of every rotated word.
#ifndef CHASH_PLANES_H
#define CHASH_PLANES_H

#include <stddef.h>
#include <stdint.h>

// Splits `count` words of 2 bytes into planes[0] (mantissa and sign) and planes[1] (exponent), of `count` bytes each.
// Any alignment; the planes and the words must not overlap. `kernel` as in chash_kernel.h; all give the same bytes.
void chash_planes_split2(uint32_t kernel, const uint8_t *words, size_t count, uint8_t *const planes[2]);

// Undoes chash_planes_split2.
void chash_planes_join2(uint32_t kernel, const uint8_t *const planes[2], size_t count, uint8_t *words);

// Splits `count` words of 4 bytes into planes[0] (the mantissa's low bits and the sign) ... planes[3] (the exponent).
void chash_planes_split4(uint32_t kernel, const uint8_t *words, size_t count, uint8_t *const planes[4]);

// Undoes chash_planes_split4.
void chash_planes_join4(uint32_t kernel, const uint8_t *const planes[4], size_t count, uint8_t *words);

// Writes `count` bytes of a plane as one Zstandard frame of Huffman-coded literals; a byte above 128 in it, fewer than
// 256 bytes, or a block of 128 KiB that does not shrink is none of its business. Returns the frame's length, which is
// below count + 9, or 0 where it wrote none; it does nothing where `capacity` is below count + 9.
size_t chash_planes_code(const uint8_t *plane, size_t count, uint8_t *out, size_t capacity);

// How often each byte occurs in a sample of `bytes`: eight runs of 256 bytes, spread evenly over `count` >= 4096 of
// them. The counts add up to 2048.
void chash_sample_bytes(const uint8_t *bytes, size_t count, uint16_t counts[256]);

// The same runs, seen as bytes that begin one bit later: counts[256 r ..< 256 r + 256] are of
// `(b[i+1] << 1 | b[i] >> 7) & 255` for the positions i with i % 4 == r. These are the planes of words of either width, whatever the offset of the first word.
// The counts of each r add up to 512.
void chash_sample_planes(const uint8_t *bytes, size_t count, uint16_t counts[1024]);

#endif
