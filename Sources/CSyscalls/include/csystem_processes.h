/// Descriptors that children do not inherit, and who is at the other end: what Swift's Glibc module leaves out.
#ifndef CSYSTEM_PROCESSES_H
#define CSYSTEM_PROCESSES_H

#include <stdint.h>

/// Makes a pipe whose ends, reading and writing, are closed in children; 0 or the negative error number.
int csystem_pipe(int ends[2]);

/// Takes the next who connects to a listening socket; its descriptor is closed in children. Or the negative error number.
int csystem_accept(int socket);

/// The number of the user at the other end of a socket of this host; negative where the system does not tell.
int64_t csystem_peer_user(int socket);

/// The flag of posix_spawn(3) for a session of its own.
extern const short csystem_spawn_setsid;

#endif
