#ifndef ROTATE_CLIBEXPAT_SHIM_H
#define ROTATE_CLIBEXPAT_SHIM_H
#include <expat.h>
#endif
