// Running one command and measuring it and all that it waited for.
#ifndef PEERS_CSPAWN_H
#define PEERS_CSPAWN_H

// What one command took.
struct spawn_sample {
    double wall_seconds;
    double user_seconds;
    double system_seconds;
    // The resident set of the largest process among the command and those it waited for.
    long peak_kibibytes;
    // As `wait4` gives it.
    int status;
    // Whether it was ended because its time was over.
    int overdue;
};

// From here on, SIGINT, SIGTERM and SIGHUP end the command that is running, and are remembered.
void spawn_heed_signals(void);

// Whether one of those signals came.
int spawn_interrupted(void);

// Makes the process that commands are children of, unless there is one; gives 0 or an error number.
//
// A process's peak counts what its parent held when it was made. So commands are made by a keeper, forked from this
// program when that holds little yet: call this first.
int spawn_prepare(void);

// Runs `arguments` (the first is the program's path), with this environment, in `folder`, its output to the file `log`,
// for at most `limit_seconds`. Gives 0, or an error number where the command could not be run at all. One at a time;
// others wait.
int spawn_measured(const char *const *arguments, const char *const *environment, const char *folder, const char *log,
                   unsigned limit_seconds, struct spawn_sample *sample);

#endif
