// A disk and a clock that fail on demand, under a program that knows nothing of
// it: to be preloaded (LD_PRELOAD) by tests.
//
//   AMANAH_FAULT_FOLDER    the folder whose files are concerned, absolute
//   AMANAH_FAULT_CONTROL   a file of 4,096 bytes that says what fails
//   AMANAH_FAULT_SYNCED    a file that gets a line for each successful sync
//
// The control file, numbers of 8 bytes in the machine's order:
//
//   offset   0  what fails (enum Fault)
//            8  calls of that kind that still succeed
//           16  seconds to add to the real-time clock
//           24  calls that failed so far
//           64  only files whose path holds this text (zero-terminated)
//
// The lines of AMANAH_FAULT_SYNCED, with inode numbers in decimal:
//
//   data <inode> <length>          this much of a file survives
//   name <folder inode> <inode>    this file survives in this folder; a sync of
//                                  a folder writes one for each file in it
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum Fault {
  kNone = 0,
  kWriteNoSpace = 1,  // ENOSPC
  kSyncFails = 2,     // EIO
  kSyncHangs = 3,     // never returns
  kSyncLies = 4,      // says that it is done, and is not
  kWriteTears = 5,    // writes half, then ENOSPC
};

struct Control {
  _Atomic int64_t fault;
  _Atomic int64_t succeed;
  _Atomic int64_t clock_seconds;
  _Atomic int64_t failed;
  char unused[32];
  char path_part[512];
};

static struct Control* control;
static const char* folder;
static int synced = -1;

static ssize_t (*real_write)(int, const void*, size_t);
static ssize_t (*real_writev)(int, const struct iovec*, int);
static ssize_t (*real_pwrite)(int, const void*, size_t, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_clock_gettime)(clockid_t, struct timespec*);

__attribute__((constructor)) static void Begin(void) {
  real_write = dlsym(RTLD_NEXT, "write");
  real_writev = dlsym(RTLD_NEXT, "writev");
  real_pwrite = dlsym(RTLD_NEXT, "pwrite");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
  real_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
  folder = getenv("AMANAH_FAULT_FOLDER");
  const char* log = getenv("AMANAH_FAULT_SYNCED");
  const char* path = getenv("AMANAH_FAULT_CONTROL");
  if (folder == NULL || log == NULL || path == NULL) return;
  synced = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const int file = open(path, O_RDWR | O_CLOEXEC);
  void* mapped = mmap(NULL, sizeof(struct Control), PROT_READ | PROT_WRITE,
                      MAP_SHARED, file, 0);
  if (synced < 0 || file < 0 || mapped == MAP_FAILED) abort();
  close(file);
  control = mapped;
}

// Whether the file lies in the folder; then `path` is where.
static int IsOurs(int descriptor, char* path, size_t size) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  const ssize_t length = readlink(link, path, size - 1);
  if (length < 0) return 0;
  path[length] = '\0';
  return strncmp(path, folder, strlen(folder)) == 0;
}

// Whether this call on that file is to fail.
static int Fails(enum Fault fault, const char* path) {
  if (control->fault != fault) return 0;
  if (strstr(path, control->path_part) == NULL) return 0;
  if (atomic_fetch_sub(&control->succeed, 1) > 0) return 0;
  atomic_fetch_add(&control->failed, 1);
  return 1;
}

static void Say(const char* kind, uint64_t first, uint64_t second) {
  char line[96];
  const int length =
      snprintf(line, sizeof line, "%s %llu %llu\n", kind,
               (unsigned long long)first, (unsigned long long)second);
  if (real_write(synced, line, (size_t)length) != length) abort();
}

static void SaySynced(const struct stat* facts, const char* path) {
  if (!S_ISDIR(facts->st_mode)) {
    Say("data", facts->st_ino, (uint64_t)facts->st_size);
    return;
  }
  DIR* names = opendir(path);
  if (names == NULL) abort();
  for (struct dirent* one = readdir(names); one != NULL; one = readdir(names)) {
    Say("name", facts->st_ino, one->d_ino);
  }
  closedir(names);
}

// What a write of `length` bytes may write: all, or -1 with errno set. Half,
// when it is to be torn.
static ssize_t Allowed(int descriptor, size_t length) {
  char path[4096];
  if (control == NULL || control->fault == kNone ||
      !IsOurs(descriptor, path, sizeof path)) {
    return (ssize_t)length;
  }
  if (Fails(kWriteNoSpace, path)) {
    errno = ENOSPC;
    return -1;
  }
  if (length > 1 && Fails(kWriteTears, path)) {
    control->succeed = 0;
    control->fault = kWriteNoSpace;
    return (ssize_t)(length / 2);
  }
  return (ssize_t)length;
}

ssize_t write(int descriptor, const void* bytes, size_t length) {
  const ssize_t allowed = Allowed(descriptor, length);
  return allowed < 0 ? -1 : real_write(descriptor, bytes, (size_t)allowed);
}

ssize_t writev(int descriptor, const struct iovec* parts, int count) {
  return Allowed(descriptor, 1) < 0 ? -1
                                    : real_writev(descriptor, parts, count);
}

ssize_t pwrite(int descriptor, const void* bytes, size_t length, off_t offset) {
  const ssize_t allowed = Allowed(descriptor, length);
  return allowed < 0 ? -1
                     : real_pwrite(descriptor, bytes, (size_t)allowed, offset);
}

ssize_t pwrite64(int descriptor, const void* bytes, size_t length,
                 off64_t offset) {
  return pwrite(descriptor, bytes, length, offset);
}

static int Sync(int descriptor, int (*real)(int)) {
  char path[4096];
  if (control == NULL || !IsOurs(descriptor, path, sizeof path)) {
    return real(descriptor);
  }
  if (Fails(kSyncFails, path)) {
    errno = EIO;
    return -1;
  }
  while (Fails(kSyncHangs, path)) pause();
  if (Fails(kSyncLies, path)) return 0;
  // What is written while it works may or may not survive.
  struct stat facts;
  if (fstat(descriptor, &facts) != 0) abort();
  const int done = real(descriptor);
  if (done == 0) SaySynced(&facts, path);
  return done;
}

int fsync(int descriptor) { return Sync(descriptor, real_fsync); }
int fdatasync(int descriptor) { return Sync(descriptor, real_fdatasync); }

int clock_gettime(clockid_t clock, struct timespec* time) {
  // Others' constructors may ask before ours has run.
  if (real_clock_gettime == NULL) {
    real_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
  }
  const int done = real_clock_gettime(clock, time);
  if (done == 0 && clock == CLOCK_REALTIME && control != NULL) {
    time->tv_sec += control->clock_seconds;
  }
  return done;
}
