#include "CSpawn.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// What a signal is passed on to: a process, or minus a group; 0 is nobody. The keeper kills the command's group, the
// program asks its keeper to.
static volatile pid_t passed_to;
static volatile sig_atomic_t passed_as = SIGTERM;
static volatile sig_atomic_t interrupted;
static volatile sig_atomic_t overdue;

static void pass_on(int signal) {
    int saved = errno;
    if (signal == SIGALRM) overdue = 1; else interrupted = 1;
    if (passed_to != 0) kill(passed_to, passed_as);
    errno = saved;
}

static void heed(int signal) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = pass_on;
    sigemptyset(&action.sa_mask);
    sigaction(signal, &action, NULL);
}

void spawn_heed_signals(void) {
    heed(SIGINT);
    heed(SIGTERM);
    heed(SIGHUP);
}

int spawn_interrupted(void) { return interrupted; }

static double seconds(struct timeval value) { return (double)value.tv_sec + (double)value.tv_usec / 1e6; }

static double now(void) {
    struct timespec value;
    clock_gettime(CLOCK_MONOTONIC, &value);
    return (double)value.tv_sec + (double)value.tv_nsec / 1e9;
}

// What the keeper tells the program: the sample, or why there is none.
struct message {
    int error;
    struct spawn_sample sample;
};

// In the command's own process: becomes the command, or writes the error number to `failure`.
static void become(const char *const *arguments, const char *const *environment, const char *folder, int log,
                   int failure) {
    static const int usual[] = {SIGINT, SIGTERM, SIGHUP, SIGALRM};
    for (unsigned i = 0; i < sizeof usual / sizeof *usual; i++) signal(usual[i], SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setsid();
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (nothing >= 0 && dup2(nothing, 0) >= 0 && dup2(log, 1) >= 0 && dup2(log, 2) >= 0 && chdir(folder) == 0)
        execve(arguments[0], (char *const *)arguments, (char *const *)environment);
    int error = errno;
    ssize_t written = write(failure, &error, sizeof error);
    (void)written;
    _exit(127);
}

// In the keeper: runs the command as its child and fills `message`.
static void keep(const char *const *arguments, const char *const *environment, const char *folder, int log,
                 unsigned limit_seconds, struct message *message) {
    int failure[2];
    if (pipe2(failure, O_CLOEXEC) != 0) {
        message->error = errno;
        return;
    }
    passed_to = 0;
    passed_as = SIGKILL;
    overdue = 0;
    heed(SIGALRM);
    double start = now();
    pid_t command = fork();
    if (command < 0) {
        message->error = errno;
        close(failure[0]);
        close(failure[1]);
        return;
    }
    if (command == 0) become(arguments, environment, folder, log, failure[1]);
    passed_to = -command;
    alarm(limit_seconds);
    close(failure[1]);

    struct rusage usage;
    int status;
    while (wait4(command, &status, 0, &usage) < 0 && errno == EINTR) continue;
    message->sample.wall_seconds = now() - start;
    message->sample.user_seconds = seconds(usage.ru_utime);
    message->sample.system_seconds = seconds(usage.ru_stime);
    message->sample.peak_kibibytes = usage.ru_maxrss;
    message->sample.status = status;
    message->sample.overdue = overdue;
    passed_to = 0;
    alarm(0);
    kill(-command, SIGKILL);  // what it left running
    int error;
    if (read(failure[0], &error, sizeof error) == sizeof error) message->error = error;
    close(failure[0]);
}

// What the program asks of the keeper; `size` bytes follow: the folder, the log's path, then so many arguments and
// variables, each ended by a zero.
struct request {
    uint32_t size;
    uint32_t limit_seconds;
    uint32_t arguments;
    uint32_t variables;
};

// Sends or receives all of `size` bytes; 0 where the other end is gone.
static int pass(int end, void *bytes, size_t size, int receives) {
    char *next = bytes;
    while (size > 0) {
        ssize_t count = receives ? recv(end, next, size, 0) : send(end, next, size, MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return 0;
        next += count;
        size -= (size_t)count;
    }
    return 1;
}

static const char *after(const char *string) { return string + strlen(string) + 1; }

// In the keeper: does what is asked, until nobody asks any more.
static void serve(int end) {
    struct request request;
    while (pass(end, &request, sizeof request, 1)) {
        size_t words = (size_t)request.arguments + request.variables + 2;
        char *text = malloc(request.size);
        const char **list = malloc(words * sizeof *list);
        if (text == NULL || list == NULL || !pass(end, text, request.size, 1)) return;
        const char *log_path = after(text), *next = after(log_path);
        for (size_t i = 0; i < words; i++) {
            int ends_list = i == request.arguments || i == words - 1;
            list[i] = ends_list ? NULL : next;
            if (!ends_list) next = after(next);
        }
        struct message message = {.error = 0};
        int log = open(log_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        if (log < 0)
            message.error = errno;
        else
            keep(list, list + request.arguments + 1, text, log, request.limit_seconds, &message);
        if (log >= 0) close(log);
        free(list);
        free(text);
        if (!pass(end, &message, sizeof message, 0)) return;
    }
}

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static int keeper_end = -1;
static pid_t keeper;

// Makes the keeper, unless there is one; gives an error number.
static int start_keeper(void) {
    if (keeper_end >= 0) return 0;
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return errno;
    malloc_trim(0);
    keeper = fork();
    if (keeper == 0) {
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);  // a thread that makes it may block signals, and commands inherit that
        close(ends[0]);
        serve(ends[1]);
        _exit(0);
    }
    int error = keeper < 0 ? errno : 0;
    close(ends[1]);
    if (error == 0) keeper_end = ends[0]; else close(ends[0]);
    return error;
}

int spawn_prepare(void) {
    pthread_mutex_lock(&turn);
    int error = start_keeper();
    pthread_mutex_unlock(&turn);
    return error;
}

static uint32_t add(char *text, size_t *size, const char *const *strings) {
    uint32_t count = 0;
    for (; strings[count] != NULL; count++) {
        size_t length = strlen(strings[count]) + 1;
        if (text != NULL) memcpy(text + *size, strings[count], length);
        *size += length;
    }
    return count;
}

// Asks the keeper, and waits for what it answers.
static int ask(const char *const *arguments, const char *const *environment, const char *folder, const char *log,
               unsigned limit_seconds, struct message *message) {
    const char *const places[] = {folder, log, NULL};
    size_t size = 0, filled = 0;
    add(NULL, &size, places);
    add(NULL, &size, arguments);
    add(NULL, &size, environment);
    char *text = malloc(size);
    if (text == NULL || size > UINT32_MAX) {
        free(text);
        return ENOMEM;
    }
    struct request request = {.size = (uint32_t)size, .limit_seconds = limit_seconds};
    add(text, &filled, places);
    request.arguments = add(text, &filled, arguments);
    request.variables = add(text, &filled, environment);
    passed_as = SIGTERM;
    passed_to = keeper;
    int answered = pass(keeper_end, &request, sizeof request, 0) && pass(keeper_end, text, size, 0)
        && pass(keeper_end, message, sizeof *message, 1);
    passed_to = 0;
    free(text);
    return answered ? message->error : ECHILD;
}

int spawn_measured(const char *const *arguments, const char *const *environment, const char *folder, const char *log,
                   unsigned limit_seconds, struct spawn_sample *sample) {
    struct message message = {.error = 0};
    pthread_mutex_lock(&turn);
    int error = start_keeper();
    if (error == 0) error = ask(arguments, environment, folder, log, limit_seconds, &message);
    pthread_mutex_unlock(&turn);
    *sample = message.sample;
    return error;
}
