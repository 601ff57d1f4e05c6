// What the kernel offers and Swift's Glibc module does not export. Thin: no policy, no memory, no state.
//
// Every function gives what the system call gave, or the negative error number; none touches errno in a way that a
// caller has to know about.

#ifndef PERIGEE_CSYSTEM_H
#define PERIGEE_CSYSTEM_H

#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// What statx(2) tells of a name, with the parts that are split there put together.
struct csys_status {
    uint64_t device;
    uint64_t inode;
    uint64_t size;
    uint64_t blocks;
    uint64_t node;
    int64_t modified;
    int64_t changed;
    uint32_t modified_ns;
    uint32_t changed_ns;
    uint32_t mode;
    uint32_t owner;
    uint32_t group;
    uint32_t links;
};

/// Flags that are missing from Swift's view of the headers.
extern const int csys_at_empty_path;
extern const int csys_at_symlink_nofollow;
extern const int csys_at_symlink_follow;
extern const int csys_at_removedir;
extern const int csys_o_path;
extern const int csys_o_noatime;
extern const int csys_o_tmpfile;
extern const unsigned csys_rename_noreplace;
extern const unsigned csys_rename_exchange;
extern const int64_t csys_seek_data;
extern const int64_t csys_seek_hole;

/// statx(2) without following a last link; an empty path with `csys_at_empty_path` means the descriptor itself.
int csys_statx(int folder, const char *path, int flags, struct csys_status *out);

/// openat2(2) with RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS.
int csys_open_beneath(int folder, const char *path, int flags, unsigned mode);

/// getdents64(2).
long csys_getdents(int folder, void *buffer, size_t size);

/// renameat2(2).
int csys_rename(int from_folder, const char *from, int to_folder, const char *to, unsigned flags);

/// ioctl FICLONE and FICLONERANGE.
int csys_clone(int to, int from);
int csys_clone_range(int to, int from, uint64_t from_offset, uint64_t length, uint64_t to_offset);

/// copy_file_range(2) at given offsets.
ssize_t csys_copy_range(int from, int64_t from_offset, int to, int64_t to_offset, size_t length);

/// syncfs(2).
int csys_syncfs(int descriptor);

/// sync_file_range(2) with SYNC_FILE_RANGE_WRITE: the kernel begins to write these bytes to the device, without waiting.
int csys_begin_writeback(int descriptor, int64_t offset, int64_t count);

/// Extended attributes of an open file or folder.
ssize_t csys_flistxattr(int file, void *list, size_t size);
ssize_t csys_fgetxattr(int file, const char *name, void *value, size_t size);
int csys_fsetxattr(int file, const char *name, const void *value, size_t size);
int csys_fremovexattr(int file, const char *name);

/// Extended attributes of a name in a folder, never following a link: the *xattrat(2) calls, or /proc/self/fd.
ssize_t csys_listxattrat(int folder, const char *path, void *list, size_t size);
ssize_t csys_getxattrat(int folder, const char *path, const char *name, void *value, size_t size);
int csys_setxattrat(int folder, const char *path, const char *name, const void *value, size_t size);
int csys_removexattrat(int folder, const char *path, const char *name);

/// A stream socket that listens at an abstract name, or one that is connected to it; not inherited by children.
int csys_listen_abstract(const char *name, size_t length);
int csys_connect_abstract(const char *name, size_t length);

/// accept4(2), not inherited by children.
int csys_accept(int socket);

/// Whether who is at the other end of a local socket runs as the same user: 1, or 0.
int csys_peer_is_own(int socket);

/// Has a child close all descriptors from `first` on; nothing where the system's library cannot.
void csys_spawn_close_from(posix_spawn_file_actions_t *actions, int first);

#endif
