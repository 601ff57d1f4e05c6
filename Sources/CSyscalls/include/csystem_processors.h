/// Processors that this process may use: what Swift's import of <sched.h> leaves out.
#ifndef CSYSTEM_PROCESSORS_H
#define CSYSTEM_PROCESSORS_H

/// The number of processors in this process's affinity mask, or -1 where the system does not tell.
int csystem_processors(void);

#endif
