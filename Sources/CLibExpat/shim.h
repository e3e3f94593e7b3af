#ifndef ROTATE_CLIBEXPAT_SHIM_H
#define ROTATE_CLIBEXPAT_SHIM_H
#include <expat.h>

/// The line where reading stopped, from 1. Newer versions of expat call this function deprecated,
/// older ones have no other.
static inline unsigned long rotate_expat_line(XML_Parser parser) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  return (unsigned long)XML_GetCurrentLineNumber(parser);
#pragma GCC diagnostic pop
}

#endif
