#ifndef ROTATE_CLIBCURL_SHIM_H
#define ROTATE_CLIBCURL_SHIM_H
#include <curl/curl.h>
#endif
