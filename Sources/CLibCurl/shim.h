#ifndef ROTATE_CLIBCURL_SHIM_H
#define ROTATE_CLIBCURL_SHIM_H
#include <curl/curl.h>

// libcurl's setters are variadic: Swift can't call them, and C doesn't check what it is given. Each
// shim takes one type of argument and refuses an option of another, which its number tells
// (÷ 10000: 0 long, 1 object pointer, 2 function pointer, 3 offset). Callbacks are told apart one
// by one, since all of their options are of one class.

static inline CURLcode rotate_curl_set_long(CURL *easy, CURLoption option, long value) {
  if (option / 10000 != 0) return CURLE_BAD_FUNCTION_ARGUMENT;
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode rotate_curl_set_string(CURL *easy, CURLoption option, const char *value) {
  switch (option) {
  case CURLOPT_URL:
  case CURLOPT_CUSTOMREQUEST:
  case CURLOPT_PROXY:
  case CURLOPT_NOPROXY:
  case CURLOPT_CAINFO:
  case CURLOPT_CAPATH:
  case CURLOPT_PROXY_CAINFO:
  case CURLOPT_PROXY_CAPATH:
  case CURLOPT_PROTOCOLS_STR:
    return curl_easy_setopt(easy, option, value);
  default:
    return CURLE_BAD_FUNCTION_ARGUMENT;
  }
}

// What is pointed at is not copied: it must live until the transfer is over.
static inline CURLcode rotate_curl_set_pointer(CURL *easy, CURLoption option, void *value) {
  switch (option) {
  case CURLOPT_WRITEDATA:
  case CURLOPT_HEADERDATA:
  case CURLOPT_PREREQDATA:
  case CURLOPT_PRIVATE:
  case CURLOPT_ERRORBUFFER:
  case CURLOPT_POSTFIELDS:
    return curl_easy_setopt(easy, option, value);
  default:
    return CURLE_BAD_FUNCTION_ARGUMENT;
  }
}

static inline CURLcode rotate_curl_set_headers(CURL *easy, struct curl_slist *value) {
  return curl_easy_setopt(easy, CURLOPT_HTTPHEADER, value);
}

static inline CURLcode rotate_curl_set_body_size(CURL *easy, curl_off_t value) {
  if (value < 0) return CURLE_BAD_FUNCTION_ARGUMENT;
  return curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, value);
}

// CURLOPT_WRITEFUNCTION or CURLOPT_HEADERFUNCTION: both take the same type.
static inline CURLcode rotate_curl_set_write(
    CURL *easy, CURLoption option, curl_write_callback value) {
  if (option != CURLOPT_WRITEFUNCTION && option != CURLOPT_HEADERFUNCTION)
    return CURLE_BAD_FUNCTION_ARGUMENT;
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode rotate_curl_set_prerequest(CURL *easy, curl_prereq_callback value) {
  return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, value);
}

static inline CURLcode rotate_curl_response_code(CURL *easy, long *value) {
  return curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, value);
}

static inline CURLcode rotate_curl_private(CURL *easy, void **value) {
  return curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)value);
}

static inline CURLMcode rotate_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  if (option / 10000 != 0) return CURLM_BAD_FUNCTION_ARGUMENT;
  return curl_multi_setopt(multi, option, value);
}

// Enumerators in some versions, macros of type long in others.
static const long rotate_curl_http_1_1 = CURL_HTTP_VERSION_1_1;
static const long rotate_curl_tls_1_2 = CURL_SSLVERSION_TLSv1_2;
#endif
