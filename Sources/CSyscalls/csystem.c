#define _GNU_SOURCE
#include "csystem.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

const int csys_at_empty_path = AT_EMPTY_PATH;
const int csys_at_symlink_nofollow = AT_SYMLINK_NOFOLLOW;
const int csys_at_symlink_follow = AT_SYMLINK_FOLLOW;
const int csys_at_removedir = AT_REMOVEDIR;
const int csys_o_path = O_PATH;
const int csys_o_noatime = O_NOATIME;
const int csys_o_tmpfile = O_TMPFILE;
const unsigned csys_rename_noreplace = RENAME_NOREPLACE;
const unsigned csys_rename_exchange = RENAME_EXCHANGE;
const int64_t csys_seek_data = SEEK_DATA;
const int64_t csys_seek_hole = SEEK_HOLE;

// The numbers of the *xattrat calls (Linux 6.13) are the same on all architectures with the common table.
#if !defined(SYS_setxattrat) && (defined(__x86_64__) || defined(__aarch64__) || defined(__riscv))
#define SYS_setxattrat 463
#define SYS_getxattrat 464
#define SYS_listxattrat 465
#define SYS_removexattrat 466
#endif

static long answer(long result) { return result < 0 ? -errno : result; }

int csys_statx(int folder, const char *path, int flags, struct csys_status *out) {
    struct statx s;
    int result = statx(folder, path, flags | AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, STATX_BASIC_STATS, &s);
    if (result < 0) {
        return -errno;
    }
    out->device = makedev(s.stx_dev_major, s.stx_dev_minor);
    out->inode = s.stx_ino;
    out->size = s.stx_size;
    out->blocks = s.stx_blocks;
    out->node = makedev(s.stx_rdev_major, s.stx_rdev_minor);
    out->modified = s.stx_mtime.tv_sec;
    out->modified_ns = s.stx_mtime.tv_nsec;
    out->changed = s.stx_ctime.tv_sec;
    out->changed_ns = s.stx_ctime.tv_nsec;
    out->mode = s.stx_mode;
    out->owner = s.stx_uid;
    out->group = s.stx_gid;
    out->links = s.stx_nlink;
    return 0;
}

int csys_open_beneath(int folder, const char *path, int flags, unsigned mode) {
    struct open_how how = {
        .flags = (uint64_t)(unsigned)flags,
        .mode = (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE ? mode : 0,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };
    return (int)answer(syscall(SYS_openat2, folder, path, &how, sizeof how));
}

long csys_getdents(int folder, void *buffer, size_t size) {
    return answer(syscall(SYS_getdents64, folder, buffer, size));
}

int csys_rename(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
    return (int)answer(syscall(SYS_renameat2, from_folder, from, to_folder, to, flags));
}

int csys_clone(int to, int from) { return (int)answer(ioctl(to, FICLONE, from)); }

int csys_clone_range(int to, int from, uint64_t from_offset, uint64_t length, uint64_t to_offset) {
    struct file_clone_range range = {
        .src_fd = from, .src_offset = from_offset, .src_length = length, .dest_offset = to_offset};
    return (int)answer(ioctl(to, FICLONERANGE, &range));
}

ssize_t csys_copy_range(int from, int64_t from_offset, int to, int64_t to_offset, size_t length) {
    loff_t in = from_offset, out = to_offset;
    return answer(syscall(SYS_copy_file_range, from, &in, to, &out, length, 0));
}

int csys_syncfs(int descriptor) { return (int)answer(syscall(SYS_syncfs, descriptor)); }

int csys_begin_writeback(int descriptor, int64_t offset, int64_t count) {
    return (int)answer(sync_file_range(descriptor, offset, count, SYNC_FILE_RANGE_WRITE));
}

ssize_t csys_flistxattr(int file, void *list, size_t size) { return answer(flistxattr(file, list, size)); }

ssize_t csys_fgetxattr(int file, const char *name, void *value, size_t size) {
    return answer(fgetxattr(file, name, value, size));
}

int csys_fsetxattr(int file, const char *name, const void *value, size_t size) {
    return (int)answer(fsetxattr(file, name, value, size, 0));
}

int csys_fremovexattr(int file, const char *name) { return (int)answer(fremovexattr(file, name)); }

// What the *xattrat calls take for a value (struct xattr_args of linux/xattr.h, from 6.13 on).
struct value_arguments {
    uint64_t value __attribute__((aligned(8)));
    uint32_t size;
    uint32_t flags;
};

// `/proc/self/fd/N/path`: how kernels without the *xattrat calls name a thing relative to a descriptor.
static int through_proc(char *out, size_t size, int folder, const char *path) {
    int length = snprintf(out, size, "/proc/self/fd/%d/%s", folder, path);
    return length < 0 || (size_t)length >= size ? -ENAMETOOLONG : 0;
}

ssize_t csys_listxattrat(int folder, const char *path, void *list, size_t size) {
    char name[4096];
#ifdef SYS_listxattrat
    long result = answer(syscall(SYS_listxattrat, folder, path, AT_SYMLINK_NOFOLLOW, list, size));
    if (result != -ENOSYS) {
        return result;
    }
#endif
    int failure = through_proc(name, sizeof name, folder, path);
    return failure ? failure : answer(llistxattr(name, list, size));
}

ssize_t csys_getxattrat(int folder, const char *path, const char *attribute, void *value, size_t size) {
    char name[4096];
#ifdef SYS_getxattrat
    struct value_arguments arguments = {(uint64_t)(uintptr_t)value, (uint32_t)size, 0};
    long result =
        answer(syscall(SYS_getxattrat, folder, path, AT_SYMLINK_NOFOLLOW, attribute, &arguments, sizeof arguments));
    if (result != -ENOSYS) {
        return result;
    }
#endif
    int failure = through_proc(name, sizeof name, folder, path);
    return failure ? failure : answer(lgetxattr(name, attribute, value, size));
}

int csys_setxattrat(int folder, const char *path, const char *attribute, const void *value, size_t size) {
    char name[4096];
#ifdef SYS_setxattrat
    struct value_arguments arguments = {(uint64_t)(uintptr_t)value, (uint32_t)size, 0};
    long result =
        answer(syscall(SYS_setxattrat, folder, path, AT_SYMLINK_NOFOLLOW, attribute, &arguments, sizeof arguments));
    if (result != -ENOSYS) {
        return (int)result;
    }
#endif
    int failure = through_proc(name, sizeof name, folder, path);
    return failure ? failure : (int)answer(lsetxattr(name, attribute, value, size, 0));
}

int csys_removexattrat(int folder, const char *path, const char *attribute) {
    char name[4096];
#ifdef SYS_removexattrat
    long result = answer(syscall(SYS_removexattrat, folder, path, AT_SYMLINK_NOFOLLOW, attribute));
    if (result != -ENOSYS) {
        return (int)result;
    }
#endif
    int failure = through_proc(name, sizeof name, folder, path);
    return failure ? failure : (int)answer(lremovexattr(name, attribute));
}

static socklen_t abstract_address(struct sockaddr_un *address, const char *name, size_t length) {
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    if (length > sizeof address->sun_path - 1) {
        return 0;
    }
    memcpy(address->sun_path + 1, name, length);
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length);
}

int csys_listen_abstract(const char *name, size_t length) {
    struct sockaddr_un address;
    socklen_t size = abstract_address(&address, name, length);
    int made = size ? socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0) : -1;
    if (made < 0) {
        return size ? -errno : -ENAMETOOLONG;
    }
    if (bind(made, (struct sockaddr *)&address, size) < 0 || listen(made, 16) < 0) {
        int failure = -errno;
        close(made);
        return failure;
    }
    return made;
}

int csys_connect_abstract(const char *name, size_t length) {
    struct sockaddr_un address;
    socklen_t size = abstract_address(&address, name, length);
    int made = size ? socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) : -1;
    if (made < 0) {
        return size ? -errno : -ENAMETOOLONG;
    }
    if (connect(made, (struct sockaddr *)&address, size) < 0) {
        int failure = -errno;
        close(made);
        return failure;
    }
    return made;
}

int csys_accept(int socket) { return (int)answer(accept4(socket, NULL, NULL, SOCK_CLOEXEC)); }

int csys_peer_is_own(int socket) {
    struct ucred peer;
    socklen_t size = sizeof peer;
    return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == geteuid();
}

void csys_spawn_close_from(posix_spawn_file_actions_t *actions, int first) {
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 34)
    posix_spawn_file_actions_addclosefrom_np(actions, first);
#else
    (void)actions;
    (void)first;
#endif
}
