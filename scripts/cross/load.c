/*
 * load.c - loads the glue as OpenHarmony's system does, by dlopen, and looks at what its
 * constructor registered with the stand-in for libace_napi.z.so (scripts/cross/glue). Calls nothing
 * of it: there is no JavaScript here.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

/* The beginning of Node-API's napi_module, the same in Node's node_api.h and OpenHarmony's
 * native_api.h. */
struct module {
  int nm_version;
  unsigned int nm_flags;
  const char *nm_filename;
  void *(*nm_register_func)(void *env, void *exports);
  const char *nm_modname;
};

extern void *registered_module; /* of the stand-in */

int main(int argc, char **argv) {
  if (argc != 2)
    return 2;
  if (registered_module != NULL) {
    puts("a module is registered before the library is loaded");
    return 1;
  }
  if (dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) == NULL) {
    puts(dlerror());
    return 1;
  }
  const struct module *module = registered_module;
  if (module == NULL) {
    puts("the library has registered nothing");
    return 1;
  }
  if (module->nm_modname == NULL || strcmp(module->nm_modname, "reqtask") != 0 ||
      module->nm_register_func == NULL) {
    puts("the library has registered something else");
    return 1;
  }
  return 0;
}
