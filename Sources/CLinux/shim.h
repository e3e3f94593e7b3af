#ifndef ROTATE_CLINUX_SHIM_H
#define ROTATE_CLINUX_SHIM_H
#include <sys/prctl.h>

// prctl is variadic, which Swift can't call. Without it a crash could write the published
// secrets into a core file, or another process of the same user could read them by ptrace.
static inline int rotate_prctl_set_dumpable(int dumpable) {
  return prctl(PR_SET_DUMPABLE, dumpable, 0, 0, 0);
}
#endif
