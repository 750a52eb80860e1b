/* A clock that a script sets. Loaded before the program (LD_PRELOAD), it adds as many seconds to the
 * time of day as the file named by CLOCK_FILE says, read anew each time, so that a server that runs
 * lives through a week in seconds. What only measures how long something takes is left alone. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static int (*real_gettime)(clockid_t, struct timespec *);

__attribute__((constructor)) static void begin(void) {
    real_gettime = dlsym(RTLD_NEXT, "clock_gettime");
}

static long ahead(void) {
    const char *path = getenv("CLOCK_FILE");
    char text[32] = "";
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0)
        return 0;
    ssize_t length = read(file, text, sizeof text - 1);
    close(file);
    return length > 0 ? atol(text) : 0;
}

int clock_gettime(clockid_t which, struct timespec *now) {
    if (!real_gettime)
        begin();
    int done = real_gettime(which, now);
    if (!done && which == CLOCK_REALTIME)
        now->tv_sec += ahead();
    return done;
}
