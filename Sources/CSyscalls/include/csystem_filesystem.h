/// What a file system is and has: what Swift's Glibc module leaves out.
#ifndef CSYSTEM_FILESYSTEM_H
#define CSYSTEM_FILESYSTEM_H

#include <stdint.h>

/// What statfs(2) tells, with lengths in bytes.
struct csystem_filesystem {
    /// The number of its kind.
    uint32_t kind;
    /// Whether it is mounted read-only.
    uint32_t read_only;
    /// Its size, and what this user can still write.
    uint64_t size, free;
    /// How many files it can hold, 0 where there is no such limit, and how many more can be made.
    uint64_t names, free_names;
};

/// Fills `out` for the file system of an open file or folder; 0 or the negative error number.
int csystem_filesystem(int descriptor, struct csystem_filesystem *out);

/// Makes and opens a file named by `template`, whose last six bytes XXXXXX are replaced; or the negative error number.
int csystem_scratch(char *template);

#endif
