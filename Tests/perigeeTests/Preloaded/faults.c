// Stands between a program and the C library, and lets reads and writes of regular files fail, or do less than they were
// asked, as FAULTS says. Built by the test that uses it: cc -shared -fPIC -o faults.so faults.c -ldl
//
// FAULTS is a list of rules, divided by semicolons, each `CALLS:EFFECT:CHANCE:FROM:PATH`:
// - CALLS: any of the letters r (read, pread), w (write, pwrite), c (copy_file_range), s (fsync, syncfs);
// - EFFECT: `eio`; `short`, for part of the bytes; `eintr`, for none; `refuse`, for what a kernel says that cannot
//   (copy_file_range: EXDEV);
// - CHANCE: the effect comes in so many of a thousand calls, drawn from FAULTS_SEED;
// - FROM: only where the call reaches beyond this offset of the file;
// - PATH: only where this is part of the file's path.
// FAULTS_LOG, a path, gets a line for each rule that took effect for the first time.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum effect { NONE, FAIL, PART, INTERRUPT, REFUSE };

struct rule {
    char calls[8];
    enum effect effect;
    unsigned chance;
    long long from;
    char path[512];
    atomic_int seen;
};

static struct rule rules[16];
static int rule_count;
static _Atomic uint64_t draws;
static const char *log_path;

/// The C library's own, looked up when it is first wanted: other libraries may read files before this one begins.
static long (*libc_syscall(void))(long, ...) {
    static _Atomic(void *) found;
    void *address = atomic_load(&found);
    if (!address) {
        address = dlsym(RTLD_NEXT, "syscall");
        atomic_store(&found, address);
    }
    return (long (*)(long, ...))address;
}

#define next_syscall libc_syscall()

static enum effect effect_of(const char *name) {
    if (!strcmp(name, "eio")) return FAIL;
    if (!strcmp(name, "short")) return PART;
    if (!strcmp(name, "eintr")) return INTERRUPT;
    return REFUSE;
}

__attribute__((constructor)) static void begin(void) {
    const char *seed = getenv("FAULTS_SEED");
    draws = seed ? strtoull(seed, NULL, 10) : 1;
    log_path = getenv("FAULTS_LOG");
    const char *text = getenv("FAULTS");
    while (text && *text && rule_count < 16) {
        struct rule *rule = &rules[rule_count];
        char effect[16];
        int length = 0;
        if (sscanf(text, "%7[a-z]:%15[a-z]:%u:%lld:%511[^;]%n", rule->calls, effect, &rule->chance, &rule->from,
                   rule->path, &length) < 5)
            abort();
        rule->effect = effect_of(effect);
        rule_count++;
        text += length;
        if (*text == ';') text++;
    }
}

/// A number that follows from the seed and how many were drawn before.
static uint64_t draw(void) {
    uint64_t x = atomic_fetch_add(&draws, 0x9e3779b97f4a7c15u) + 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

static void note(struct rule *rule, int index) {
    if (!log_path || atomic_exchange(&rule->seen, 1)) return;
    int file = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (file < 0) return;
    char line[16];
    int count = snprintf(line, sizeof line, "%d\n", index);
    next_syscall(SYS_write, file, line, (size_t)count);
    close(file);
}

/// What is to happen to a call on `file` that reaches up to `end` (negative where it has no place in the file).
static enum effect decide(char call, int file, long long end) {
    struct stat status;
    char link[32], path[4096];
    ssize_t length = 0;
    for (int index = 0; index < rule_count; index++) {
        struct rule *rule = &rules[index];
        if (!strchr(rule->calls, call)) continue;
        if (end >= 0 && end <= rule->from) continue;
        if (length == 0) {
            if (fstat(file, &status) || !(S_ISREG(status.st_mode) || S_ISDIR(status.st_mode))) return NONE;
            snprintf(link, sizeof link, "/proc/self/fd/%d", file);
            length = readlink(link, path, sizeof path - 1);
            if (length <= 0) return NONE;
            path[length] = 0;
        }
        if (!strstr(path, rule->path) || draw() % 1000 >= rule->chance) continue;
        note(rule, index);
        return rule->effect;
    }
    return NONE;
}

/// The number of bytes that a call gets to move, or -1 with errno set.
static ssize_t allowed(char call, int file, size_t count, long long offset) {
    switch (decide(call, file, offset < 0 ? -1 : offset + (long long)count)) {
    case NONE: return (ssize_t)count;
    case PART: return count > 1 ? (ssize_t)(1 + draw() % (count - 1)) : (ssize_t)count;
    case INTERRUPT: errno = EINTR; return -1;
    case REFUSE: errno = EXDEV; return -1;
    default: errno = EIO; return -1;
    }
}

#define GUARD(call, file, count, offset)                                                                               \
    ssize_t most = allowed(call, file, count, offset);                                                                 \
    if (most < 0) return -1;

ssize_t read(int file, void *buffer, size_t count) {
    GUARD('r', file, count, -1)
    return next_syscall(SYS_read, file, buffer, (size_t)most);
}

ssize_t pread(int file, void *buffer, size_t count, off_t offset) {
    GUARD('r', file, count, offset)
    return next_syscall(SYS_pread64, file, buffer, (size_t)most, offset);
}

ssize_t pread64(int file, void *buffer, size_t count, off_t offset) { return pread(file, buffer, count, offset); }

ssize_t write(int file, const void *buffer, size_t count) {
    GUARD('w', file, count, -1)
    return next_syscall(SYS_write, file, buffer, (size_t)most);
}

ssize_t pwrite(int file, const void *buffer, size_t count, off_t offset) {
    GUARD('w', file, count, offset)
    return next_syscall(SYS_pwrite64, file, buffer, (size_t)most, offset);
}

ssize_t pwrite64(int file, const void *buffer, size_t count, off_t offset) { return pwrite(file, buffer, count, offset); }

ssize_t copy_file_range(int from, off_t *from_offset, int to, off_t *to_offset, size_t count, unsigned flags) {
    long long offset = from_offset ? *from_offset : -1;
    ssize_t most = allowed('c', from, count, offset);
    if (most > 0) most = allowed('c', to, (size_t)most, to_offset ? *to_offset : -1);
    if (most < 0) return -1;
    return next_syscall(SYS_copy_file_range, from, from_offset, to, to_offset, (size_t)most, flags);
}

int fsync(int file) {
    if (allowed('s', file, 1, -1) < 0) return -1;
    return (int)next_syscall(SYS_fsync, file);
}

int syncfs(int file) {
    if (allowed('s', file, 1, -1) < 0) return -1;
    return (int)next_syscall(SYS_syncfs, file);
}

long syscall(long number, ...) {
    va_list list;
    va_start(list, number);
    long a[6];
    for (int index = 0; index < 6; index++) a[index] = va_arg(list, long);
    va_end(list);
    if (number == SYS_copy_file_range)
        return copy_file_range((int)a[0], (off_t *)a[1], (int)a[2], (off_t *)a[3], (size_t)a[4], (unsigned)a[5]);
    if (number == SYS_syncfs) return syncfs((int)a[0]);
    return next_syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
