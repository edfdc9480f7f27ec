/* Records what a process asks of the disk: writes, syncs, names made and taken away. Loaded by LD_PRELOAD.

   Every record is one line of text, followed for a write by the bytes: `op number path offset length`. The log is
   written by the process itself, in the order in which the calls returned. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int log_handle = -1;
static const char *root;

#define REAL(name) static __typeof__(&name) real = NULL; if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static ssize_t put(const void *data, size_t length) {
    REAL(write);
    return real(log_handle, data, length);
}

static int begin(void) {
    if (!root) root = getenv("RECORD_ROOT");
    if (!root || !getenv("RECORD_LOG")) return 0;
    if (log_handle < 0) {
        static int (*real_open)(const char *, int, ...) = NULL;
        if (!real_open) real_open = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open");
        log_handle = real_open(getenv("RECORD_LOG"), O_WRONLY | O_CREAT | O_APPEND, 0600);
    }
    return log_handle >= 0;
}

static int path_of(int handle, char *out) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", handle);
    ssize_t n = readlink(link, out, PATH_MAX - 1);
    if (n < 0) return 0;
    out[n] = 0;
    return root && strncmp(out, root, strlen(root)) == 0;
}

static void note(const char *op, const char *path, const char *other, long long offset, const void *data, size_t length) {
    char line[3 * PATH_MAX];
    int n = snprintf(line, sizeof line, "%s\t%s\t%s\t%lld\t%zu\n", op, path, other, offset, length);
    pthread_mutex_lock(&lock);
    put(line, (size_t)n);
    if (data && length) put(data, length);
    pthread_mutex_unlock(&lock);
}

ssize_t write(int handle, const void *data, size_t length) {
    REAL(write);
    off_t at = lseek(handle, 0, SEEK_CUR);
    ssize_t n = real(handle, data, length);
    char path[PATH_MAX];
    int saved = errno;
    if (n > 0 && handle != log_handle && begin() && path_of(handle, path)) note("write", path, "", at, data, (size_t)n);
    errno = saved;
    return n;
}

static void note_pwrite(int handle, const void *data, ssize_t n, long long at) {
    char path[PATH_MAX];
    int saved = errno;
    if (n > 0 && begin() && path_of(handle, path)) note("write", path, "", at, data, (size_t)n);
    errno = saved;
}

ssize_t pwrite(int handle, const void *data, size_t length, off_t at) {
    REAL(pwrite);
    ssize_t n = real(handle, data, length, at);
    note_pwrite(handle, data, n, at);
    return n;
}

ssize_t pwrite64(int handle, const void *data, size_t length, off64_t at) {
    REAL(pwrite64);
    ssize_t n = real(handle, data, length, at);
    note_pwrite(handle, data, n, at);
    return n;
}

static void note_sync(int handle, int result) {
    char path[PATH_MAX];
    int saved = errno;
    if (result == 0 && begin() && path_of(handle, path)) note("sync", path, "", 0, NULL, 0);
    errno = saved;
}

int fsync(int handle) {
    REAL(fsync);
    int result = real(handle);
    note_sync(handle, result);
    return result;
}

int fdatasync(int handle) {
    REAL(fdatasync);
    int result = real(handle);
    note_sync(handle, result);
    return result;
}

static void note_cut(int handle, int result, long long length) {
    char path[PATH_MAX];
    int saved = errno;
    if (result == 0 && begin() && path_of(handle, path)) note("truncate", path, "", length, NULL, 0);
    errno = saved;
}

int ftruncate(int handle, off_t length) {
    REAL(ftruncate);
    int result = real(handle, length);
    note_cut(handle, result, length);
    return result;
}

int ftruncate64(int handle, off64_t length) {
    REAL(ftruncate64);
    int result = real(handle, length);
    note_cut(handle, result, length);
    return result;
}

static void note_opened(int handle, int flags) {
    char path[PATH_MAX];
    int saved = errno;
    if (handle >= 0 && (flags & O_CREAT) && begin() && path_of(handle, path)) note("create", path, "", 0, NULL, 0);
    errno = saved;
}

#define OPENING(name)                                                     \
    int name(const char *path, int flags, ...) {                          \
        static int (*real)(const char *, int, ...) = NULL;                \
        if (!real) real = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, #name); \
        mode_t mode = 0;                                                  \
        if (flags & (O_CREAT | O_TMPFILE)) {                              \
            va_list list;                                                 \
            va_start(list, flags);                                        \
            mode = va_arg(list, mode_t);                                  \
            va_end(list);                                                 \
        }                                                                 \
        int handle = real(path, flags, mode);                             \
        note_opened(handle, flags);                                       \
        return handle;                                                    \
    }

OPENING(open)
OPENING(open64)

int rename(const char *from, const char *to) {
    REAL(rename);
    int result = real(from, to);
    int saved = errno;
    if (result == 0 && begin() && strncmp(to, root, strlen(root)) == 0) note("rename", from, to, 0, NULL, 0);
    errno = saved;
    return result;
}

static void note_gone(const char *path, int result) {
    int saved = errno;
    if (result == 0 && begin() && strncmp(path, root, strlen(root)) == 0) note("unlink", path, "", 0, NULL, 0);
    errno = saved;
}

int unlink(const char *path) {
    REAL(unlink);
    int result = real(path);
    note_gone(path, result);
    return result;
}

int mkdir(const char *path, mode_t mode) {
    REAL(mkdir);
    int result = real(path, mode);
    int saved = errno;
    if (result == 0 && begin() && strncmp(path, root, strlen(root)) == 0) note("mkdir", path, "", 0, NULL, 0);
    errno = saved;
    return result;
}
