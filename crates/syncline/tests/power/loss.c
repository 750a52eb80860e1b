/* A disk that loses what was not synced. Loaded before the program (LD_PRELOAD), it remembers every
 * write to a regular file until that file is synced. At the write with the number LOSS_AT the power
 * fails: of each file all writes that were not synced are undone, or all stay, or each does as a coin
 * with the seed LOSS_SEED falls, in the order in which they were made; and the process ends on the
 * spot. That one file keeps everything and another nothing is what tells whether the program asked
 * for the one before it relied on the other. With LOSS_END that happens
 * right behind the program's own end: whatever it said was done must be there. Without either it
 * counts the writes into the file LOSS_COUNT.
 *
 * What kill -9 cannot show: the page cache survives a killed process, and nothing survives here that
 * nobody asked the disk for. Names of files are not lost; the program makes all of its files early. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

struct change {
    struct change *before, *after;
    dev_t device;
    ino_t inode;
    int file;
    off_t at, size_before;
    size_t length, held;
    int cuts; /* a change of the size alone */
    unsigned char *old, *new;
};

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static struct change *oldest, *newest;
static uint64_t writes, loss_at, coin;

static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);

__attribute__((constructor)) static void begin(void) {
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    const char *at = getenv("LOSS_AT"), *seed = getenv("LOSS_SEED");
    loss_at = at ? strtoull(at, NULL, 10) : 0;
    coin = seed ? strtoull(seed, NULL, 10) * 2 + 1 : 1;
}

static int heads(void) {
    coin ^= coin << 13;
    coin ^= coin >> 7;
    coin ^= coin << 17;
    return (coin >> 33) & 1;
}

/* What becomes of a file's writes: all stay, none, or each by its own coin. */
static int stays(const struct change *one) {
    static struct { dev_t device; ino_t inode; int fate; } fates[256];
    static int count;
    int at = 0;
    while (at < count && (fates[at].device != one->device || fates[at].inode != one->inode))
        at++;
    if (at == count) {
        if (count == 256)
            abort();
        fates[at].device = one->device;
        fates[at].inode = one->inode;
        fates[at].fate = heads() ? heads() : 2;
        count++;
    }
    return fates[at].fate == 2 ? heads() : fates[at].fate;
}

static void fail_power(int status) {
    for (struct change *one = newest; one; one = one->before) {
        if (!one->cuts && one->held)
            real_pwrite(one->file, one->old, one->held, one->at);
        real_ftruncate(one->file, one->size_before);
        if (one->cuts && one->held)
            real_pwrite(one->file, one->old, one->held, one->at);
    }
    for (struct change *one = oldest; one; one = one->after) {
        if (!stays(one))
            continue;
        if (one->cuts)
            real_ftruncate(one->file, one->at);
        else
            real_pwrite(one->file, one->new, one->length, one->at);
    }
    syscall(SYS_exit_group, status);
}

__attribute__((destructor)) static void end(void) {
    const char *path = getenv("LOSS_COUNT");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (getenv("LOSS_END"))
        fail_power(0);
    if (file) {
        fprintf(file, "%llu", (unsigned long long)writes);
        fclose(file);
    }
}

/* SQLite's index of a log is mapped into memory and made anew after a loss. Cutting it short would end
 * a thread that looks at it before the power fails. */
static int is_index(int file) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path);
    return length > 4 && !memcmp(path + length - 4, "-shm", 4);
}

/* A descriptor of our own for a file, one for each. It is never closed, since closing it would drop
 * the program's locks, and it keeps the inode's number from being given to another file. */
static int own(int file, const struct stat *about) {
    static struct { dev_t device; ino_t inode; int file; } known[256];
    static int count;
    for (int at = 0; at < count; at++)
        if (known[at].device == about->st_dev && known[at].inode == about->st_ino)
            return known[at].file;
    if (count == 256)
        abort();
    known[count].device = about->st_dev;
    known[count].inode = about->st_ino;
    known[count].file = is_index(file) ? -1 : dup(file);
    return known[count++].file;
}

/* Remembers a change before it is made; `from` is the first byte that it touches. */
static void remember(int file, const void *bytes, size_t length, off_t from, int cuts) {
    struct stat about;
    if (fstat(file, &about) || !S_ISREG(about.st_mode))
        return;
    int copy = own(file, &about);
    if (copy < 0)
        return;
    struct change *one = calloc(1, sizeof *one);
    one->device = about.st_dev;
    one->inode = about.st_ino;
    one->file = copy;
    one->at = from;
    one->size_before = about.st_size;
    one->length = length;
    one->cuts = cuts;
    off_t held = about.st_size > from ? about.st_size - from : 0;
    one->held = cuts || (off_t)length > held ? (size_t)held : length;
    one->old = malloc(one->held + 1);
    if (pread(file, one->old, one->held, from) != (ssize_t)one->held)
        abort();
    if (!cuts) {
        one->new = malloc(length + 1);
        memcpy(one->new, bytes, length);
    }
    one->before = newest;
    if (newest)
        newest->after = one;
    else
        oldest = one;
    newest = one;
}

static void count(void) {
    if (++writes == loss_at)
        fail_power(75);
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off_t at) {
    pthread_mutex_lock(&turn);
    remember(file, bytes, length, at, 0);
    ssize_t written = real_pwrite(file, bytes, length, at);
    count();
    pthread_mutex_unlock(&turn);
    return written;
}

ssize_t pwrite(int file, const void *bytes, size_t length, off_t at) {
    return pwrite64(file, bytes, length, at);
}

int ftruncate64(int file, off_t size) {
    pthread_mutex_lock(&turn);
    remember(file, NULL, 0, size, 1);
    int done = real_ftruncate(file, size);
    count();
    pthread_mutex_unlock(&turn);
    return done;
}

int ftruncate(int file, off_t size) { return ftruncate64(file, size); }

/* What was written into the file before is safe from now on. */
static void keep(int file) {
    struct stat about;
    if (fstat(file, &about))
        return;
    struct change *one = oldest;
    while (one) {
        struct change *next = one->after;
        if (one->device == about.st_dev && one->inode == about.st_ino) {
            if (one->before)
                one->before->after = one->after;
            else
                oldest = one->after;
            if (one->after)
                one->after->before = one->before;
            else
                newest = one->before;
            free(one->old);
            free(one->new);
            free(one);
        }
        one = next;
    }
}

int fsync(int file) {
    pthread_mutex_lock(&turn);
    int done = real_fsync(file);
    if (!done)
        keep(file);
    pthread_mutex_unlock(&turn);
    return done;
}

int fdatasync(int file) {
    pthread_mutex_lock(&turn);
    int done = real_fdatasync(file);
    if (!done)
        keep(file);
    pthread_mutex_unlock(&turn);
    return done;
}
