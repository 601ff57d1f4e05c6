// What posix_spawn(3) can do and Swift's Glibc module does not export. Thin: no policy, no memory, no state.

#ifndef PERIGEE_CSPAWN_H
#define PERIGEE_CSPAWN_H

#include <spawn.h>

/// Has the program work in a folder.
int cspawn_enter(posix_spawn_file_actions_t *actions, const char *folder);

/// Closes this descriptor and all above it.
int cspawn_close_from(posix_spawn_file_actions_t *actions, int descriptor);

#endif
