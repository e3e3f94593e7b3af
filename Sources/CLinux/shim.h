#ifndef ROTATE_CLINUX_SHIM_H
#define ROTATE_CLINUX_SHIM_H
#include <errno.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>

// prctl is variadic, which Swift can't call. Without it a crash could write the published
// secrets into a core file, or another process of the same user could read them by ptrace.
static inline int rotate_prctl_set_dumpable(int dumpable) {
  return prctl(PR_SET_DUMPABLE, dumpable, 0, 0, 0);
}

// Four functions that the C library hides from Swift, since it is imported without _GNU_SOURCE.
// Each closes a gap in which another thread's child could inherit a descriptor. Declared here and
// not by their headers: those would make this module the owner of types like `timespec`.
extern int pipe2(int ends[2], int flags);
extern int mkostemp(char *name, int flags);
extern int memfd_create(const char *name, unsigned int flags);

// The heap under the one that wipes, in rotate/HeapWiping.swift. Of the first only <malloc.h>
// speaks, which the C library hides from Swift, too; the others are in no header.
extern size_t malloc_usable_size(void *block);
extern void *__libc_malloc(size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void __libc_free(void *block);

// `actions` is a `posix_spawn_file_actions_t *`.
static inline int rotate_spawn_closes_from(void *actions, int from) {
  extern int posix_spawn_file_actions_addclosefrom_np(void *actions, int from);
  return posix_spawn_file_actions_addclosefrom_np(actions, from);
}

// The access list (ACL) of one open file for another; the mode must have been set before. 0 where
// there is none, or the file system knows none. Declared here for the reason above.
static inline int rotate_copy_access_list(int from, int to) {
  extern long fgetxattr(int, const char *, void *, unsigned long);
  extern int fsetxattr(int, const char *, const void *, unsigned long, int);
  static const char name[] = "system.posix_acl_access";
  char list[4096];
  long size = fgetxattr(from, name, list, sizeof list);
  if (size < 0) return errno == ENODATA || errno == EOPNOTSUPP ? 0 : -1;
  return fsetxattr(to, name, list, (unsigned long)size, 0);
}

// Whose files the calling thread makes and opens, whatever the rest of the process does; of what the
// kernel refuses neither call says anything. Their header, too, would own other types.
extern int setfsuid(unsigned int user);
extern int setfsgid(unsigned int group);

// ioctl is variadic, which Swift can't call. 0 where the descriptor is no terminal.
static inline int rotate_terminal_columns(int descriptor) {
  struct winsize size;
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}
#endif
