#ifndef ROTATE_CLIBCRYPTO_SHIM_H
#define ROTATE_CLIBCRYPTO_SHIM_H
#include <openssl/core_names.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>
#include <openssl/rand.h>

// Keys an HMAC-SHA256 context. Here because the digest travels in an OSSL_PARAM list, whose
// elements Swift would have to build from pointers that must outlive the call.
static inline int rotate_hmac_sha256_set_key(EVP_MAC_CTX *context, const void *key, size_t count) {
  char digest[] = "SHA2-256";
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_end(),
  };
  return EVP_MAC_init(context, (const unsigned char *)key, count, parameters);
}

// Starts the next message under the key that is already set. EVP_MAC_init with a null key means
// exactly that, and a call that spells out the nulls in Swift wouldn't say so.
static inline int rotate_hmac_sha256_restart(EVP_MAC_CTX *context) {
  return EVP_MAC_init(context, NULL, 0, NULL);
}
#endif
