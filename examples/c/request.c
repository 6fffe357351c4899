/* request.c - see request.h. */
#include "request.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

void refuse(refusal *why, reqtask_status status, const char *text) {
  size_t len = text ? strlen(text) : reqtask_last_error(NULL, 0);
  why->status = status;
  why->message = malloc(len + 1);
  if (!why->message)
    return;
  if (text)
    memcpy(why->message, text, len + 1);
  else
    reqtask_last_error(why->message, len + 1);
}

static bool read_stream(FILE *file, char **data, size_t *len) {
  size_t room = 65536, used = 0;
  char *bytes = malloc(room);
  while (bytes && !feof(file) && !ferror(file)) {
    if (used == room) {
      char *larger = realloc(bytes, room *= 2);
      if (!larger)
        free(bytes);
      bytes = larger;
      if (!bytes)
        break;
    }
    used += fread(bytes + used, 1, room - used, file);
  }
  if (!bytes || ferror(file)) {
    free(bytes);
    return false;
  }
  *data = bytes;
  *len = used;
  return true;
}

bool read_file(const char *path, char **data, size_t *len, refusal *why) {
  bool is_stdin = strcmp(path, "-") == 0;
  FILE *file = is_stdin ? stdin : fopen(path, "rb");
  bool good = file && read_stream(file, data, len);
  if (!good) {
    char text[512];
    snprintf(text, sizeof text, "cannot read %s: %s", path, strerror(errno));
    refuse(why, REQTASK_E_IO, text);
  }
  if (file && !is_stdin)
    fclose(file);
  return good;
}

/**
 * The library wants URLs in UTF-8 (rule 7); an argument may be any bytes. A byte that is not part
 * of valid UTF-8 is written as %XX, which is what it stands for in a path or query; in a host name
 * the library refuses it.
 */
static char *url_text(const char *arg, size_t *out_len) {
  size_t len = strlen(arg), n = 0;
  char *url = malloc(3 * len + 1);
  for (size_t i = 0; url && i < len;) {
    size_t sequence = utf8_sequence(arg + i, len - i);
    if (sequence == 0) {
      n += (size_t)snprintf(url + n, 4, "%%%02X", (unsigned char)arg[i++]);
    } else {
      memcpy(url + n, arg + i, sequence);
      i += sequence, n += sequence;
    }
  }
  *out_len = n;
  return url;
}

/** Sets the certificate and its key, one behind the other, as the library wants them. */
static bool add_cert(reqtask_request *request, const settings *set, refusal *why) {
  char *cert = NULL, *key = NULL, *both = NULL;
  size_t cert_len = 0, key_len = 0;
  if (set->cert[0] == '\0')
    return true;
  bool good = read_file(set->cert, &cert, &cert_len, why) &&
              (!set->key || read_file(set->key, &key, &key_len, why));
  if (good) {
    both = malloc(cert_len + key_len + 1);
    good = both != NULL;
    if (!good)
      refuse(why, REQTASK_E_NO_MEMORY, "out of memory");
  }
  if (good) {
    memcpy(both, cert, cert_len);
    both[cert_len] = '\n'; /* a last line may have none */
    if (key)
      memcpy(both + cert_len + 1, key, key_len);
    reqtask_status status =
        reqtask_request_set_str(request, REQTASK_OPT_CLIENT_CERT_PEM, both, cert_len + 1 + key_len);
    good = status == REQTASK_OK;
    if (!good)
      refuse(why, status, NULL);
  }
  free(both);
  free(key);
  free(cert);
  return good;
}

static reqtask_status apply_settings(reqtask_request *request, const settings *set) {
  reqtask_status status = reqtask_request_set_u64(request, REQTASK_OPT_KEEP_BODY, 0);
  if (status == REQTASK_OK)
    status = reqtask_request_set_u64(request, REQTASK_OPT_DECODE, set->compressed ? 1 : 0);
  if (status == REQTASK_OK && set->no_follow)
    status = reqtask_request_set_u64(request, REQTASK_OPT_REDIRECTS_MAX, 0);
  else if (status == REQTASK_OK && set->has_max_redirects)
    status = reqtask_request_set_u64(request, REQTASK_OPT_REDIRECTS_MAX, set->max_redirects);
  if (status == REQTASK_OK && set->redirect_to_http)
    status = reqtask_request_set_u64(request, REQTASK_OPT_REDIRECT_TO_HTTP, 1);
  if (status == REQTASK_OK && set->has_timeout)
    status = reqtask_request_set_u64(request, REQTASK_OPT_TIMEOUT_MS, set->timeout_ms);
  if (status == REQTASK_OK && set->proxy)
    status = reqtask_request_set_str(request, REQTASK_OPT_PROXY, set->proxy, strlen(set->proxy));
  if (status == REQTASK_OK && set->proxy_tunnel)
    status = reqtask_request_set_u64(request, REQTASK_OPT_PROXY_TUNNEL, 1);
  if (status == REQTASK_OK && set->pins)
    status =
        reqtask_request_set_str(request, REQTASK_OPT_PINNED_KEYS, set->pins, strlen(set->pins));
  return status;
}

/** Adds "name: value"; blanks after the colon are not part of the value (RFC 9112, section 5). */
static bool add_header(reqtask_request *request, const char *line, refusal *why) {
  const char *colon = strchr(line, ':');
  if (!colon) {
    refuse(why, REQTASK_E_INVALID_ARG, "a header line without a colon");
    return false;
  }
  const char *value = colon + 1 + strspn(colon + 1, " \t");
  reqtask_status status =
      reqtask_request_add_header(request, line, (size_t)(colon - line), value, strlen(value));
  if (status != REQTASK_OK)
    refuse(why, status, NULL);
  return status == REQTASK_OK;
}

static bool add_body(reqtask_request *request, const char *path, refusal *why) {
  char *data;
  size_t len;
  if (!read_file(path, &data, &len, why))
    return false;
  /* Used in place; free runs when the last task made from the request is done with it. */
  reqtask_status status = reqtask_request_set_body(request, data, len, data, free);
  if (status != REQTASK_OK)
    refuse(why, status, NULL);
  return status == REQTASK_OK;
}

reqtask_request *request_build(const request_args *args, refusal *why) {
  size_t url_len;
  char *url = url_text(args->url, &url_len);
  reqtask_request *request = NULL;
  reqtask_status status = REQTASK_E_NO_MEMORY;
  if (url)
    status = reqtask_request_new(args->method, strlen(args->method), url, url_len, &request);
  bool had_url = url != NULL;
  free(url);
  if (status == REQTASK_OK)
    status = apply_settings(request, &args->settings);
  bool good = status == REQTASK_OK;
  if (!good)
    refuse(why, status, had_url ? NULL : "out of memory");
  if (good && args->settings.cert)
    good = add_cert(request, &args->settings, why);
  for (size_t i = 0; good && i < args->header_count; i++)
    good = add_header(request, args->headers[i], why);
  if (good && args->data_file)
    good = add_body(request, args->data_file, why);
  if (!good) {
    reqtask_request_free(request);
    return NULL;
  }
  return request;
}
