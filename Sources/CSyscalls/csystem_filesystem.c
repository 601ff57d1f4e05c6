#define _GNU_SOURCE
#include "csystem_filesystem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/statfs.h>

enum { READ_ONLY = 1 };

int csystem_filesystem(int descriptor, struct csystem_filesystem *out) {
    struct statfs found;
    if (fstatfs(descriptor, &found) != 0) return -errno;
    uint64_t block = found.f_frsize > 0 ? (uint64_t)found.f_frsize : (uint64_t)found.f_bsize;
    out->kind = (uint32_t)found.f_type;
    out->read_only = (found.f_flags & READ_ONLY) != 0;
    out->size = (uint64_t)found.f_blocks * block;
    out->free = (uint64_t)found.f_bavail * block;
    out->names = found.f_files;
    out->free_names = found.f_ffree;
    return 0;
}

int csystem_scratch(char *template) {
    int file = mkostemp(template, O_CLOEXEC);
    return file >= 0 ? file : -errno;
}
