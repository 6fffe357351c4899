/* An authority and a server's certificate, made fresh. Ed25519 throughout: its signatures have
 * always the same length, so all handshakes of a kind have too, and a byte's position means the
 * same in each case. */
#include "authority.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>

static void must(bool good, const char *what) {
  if (good)
    return;
  fprintf(stderr, "OpenSSL cannot %s\n", what);
  abort();
}

static void extend(X509 *certificate, X509 *issuer, int nid, const char *value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
  X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
  must(extension != NULL && X509_add_ext(certificate, extension, -1) == 1, "add an extension");
  X509_EXTENSION_free(extension);
}

static X509 *certificate(EVP_PKEY *key, const char *name, X509 *issuer, EVP_PKEY *signer) {
  X509 *made = X509_new();
  must(made != NULL && X509_set_version(made, X509_VERSION_3) == 1, "make a certificate");
  ASN1_INTEGER_set(X509_get_serialNumber(made), issuer == NULL ? 1 : 2);
  X509_gmtime_adj(X509_getm_notBefore(made), -24L * 3600);
  X509_gmtime_adj(X509_getm_notAfter(made), 24L * 3600);
  X509_set_pubkey(made, key);
  X509_NAME *subject = X509_get_subject_name(made);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
  X509_set_issuer_name(made, issuer == NULL ? subject : X509_get_subject_name(issuer));
  if (issuer == NULL) {
    extend(made, made, NID_basic_constraints, "critical,CA:TRUE");
    extend(made, made, NID_key_usage, "critical,keyCertSign");
  } else {
    extend(made, issuer, NID_subject_alt_name, "DNS:*.faults.test");
    extend(made, issuer, NID_ext_key_usage, "serverAuth");
  }
  must(X509_sign(made, signer, NULL) > 0, "sign a certificate");
  return made;
}

static SSL_CTX *context(X509 *leaf, EVP_PKEY *key, int version) {
  SSL_CTX *made = SSL_CTX_new(TLS_server_method());
  must(made != NULL, "make a context");
  must(SSL_CTX_set_min_proto_version(made, version) == 1, "set a version");
  must(SSL_CTX_set_max_proto_version(made, version) == 1, "set a version");
  must(SSL_CTX_use_certificate(made, leaf) == 1, "use the certificate");
  must(SSL_CTX_use_PrivateKey(made, key) == 1, "use the key");
  SSL_CTX_set_mode(made, SSL_MODE_RELEASE_BUFFERS);
  /* Tickets that only name a session: those that hold one are sometimes a byte longer. */
  SSL_CTX_set_options(made, SSL_OP_NO_TICKET);
  SSL_CTX_sess_set_cache_size(made, 16);
  return made;
}

void authority_make(authority *made, char *pem, size_t pem_room) {
  EVP_PKEY *ca_key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
  EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
  must(ca_key != NULL && key != NULL, "make keys");
  X509 *ca = certificate(ca_key, "reqtask faults CA", NULL, ca_key);
  X509 *leaf = certificate(key, "reqtask faults", ca, ca_key);
  made->tls12 = context(leaf, key, TLS1_2_VERSION);
  made->tls13 = context(leaf, key, TLS1_3_VERSION);
  BIO *text = BIO_new(BIO_s_mem());
  must(text != NULL && PEM_write_bio_X509(text, ca) == 1, "write the certificate");
  int len = BIO_read(text, pem, (int)pem_room - 1);
  must(len > 0 && (size_t)len < pem_room - 1, "write the certificate");
  pem[len] = '\0';
  BIO_free(text);
  X509_free(leaf);
  X509_free(ca);
  EVP_PKEY_free(key);
  EVP_PKEY_free(ca_key);
}
