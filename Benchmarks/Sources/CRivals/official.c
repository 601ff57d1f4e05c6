// The official BLAKE3, loaded while running: nothing of it is part of this package.
#include "rivals.h"

#include <dlfcn.h>
#include <stdlib.h>

// The library's hasher has 1,912 bytes; room for more in case it grows.
typedef struct {
    _Alignas(64) uint8_t bytes[8192];
} hasher;

struct rival_blake3 {
    void (*init)(hasher *);
    void (*update)(hasher *, const void *, size_t);
    void (*finalize)(const hasher *, uint8_t *, size_t);
};

static const char *failure = "";

rival_blake3 *rival_blake3_open(const char *path) {
    failure = "";
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        failure = dlerror();
        return NULL;
    }
    rival_blake3 found = {
        (void (*)(hasher *))dlsym(library, "blake3_hasher_init"),
        (void (*)(hasher *, const void *, size_t))dlsym(library, "blake3_hasher_update"),
        (void (*)(const hasher *, uint8_t *, size_t))dlsym(library, "blake3_hasher_finalize"),
    };
    rival_blake3 *made = malloc(sizeof *made);
    if (!made || !found.init || !found.update || !found.finalize) {
        failure = "it does not have the functions of BLAKE3's C library";
        free(made);
        return NULL;
    }
    *made = found;
    return made;
}

const char *rival_blake3_error(void) { return failure; }

void rival_blake3_hash(const rival_blake3 *library, const void *input, size_t length, uint8_t *out) {
    hasher state;
    library->init(&state);
    library->update(&state, input, length);
    library->finalize(&state, out, 32);
}
