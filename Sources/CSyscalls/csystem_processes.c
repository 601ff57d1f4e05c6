#define _GNU_SOURCE
#include "csystem_processes.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <unistd.h>

const short csystem_spawn_setsid = POSIX_SPAWN_SETSID;

int csystem_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) == 0 ? 0 : -errno; }

int csystem_accept(int socket) {
    int other = accept4(socket, NULL, NULL, SOCK_CLOEXEC);
    return other >= 0 ? other : -errno;
}

int64_t csystem_peer_user(int socket) {
    struct ucred peer;
    socklen_t length = sizeof peer;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) return -errno;
    return peer.uid;
}
