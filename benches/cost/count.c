/* count.c - counts allocations of a program that it is preloaded into (LD_PRELOAD), in all threads;
 * prints one line "allocations N bytes M" to standard error when the program ends. A realloc counts
 * as one, with its new size. */
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>

extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t),
    *__libc_memalign(size_t, size_t);

static atomic_ullong allocations, bytes;

static void add(size_t size) {
  atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed);
  atomic_fetch_add_explicit(&bytes, size, memory_order_relaxed);
}

void *malloc(size_t size) {
  add(size);
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  add(count * size);
  return __libc_calloc(count, size);
}

void *realloc(void *at, size_t size) {
  add(size);
  return __libc_realloc(at, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  add(size);
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **at, size_t alignment, size_t size) {
  add(size);
  *at = __libc_memalign(alignment, size);
  return *at ? 0 : 12; /* ENOMEM */
}

static void __attribute__((destructor)) tell(void) {
  fprintf(stderr, "allocations %llu bytes %llu\n", (unsigned long long)allocations,
          (unsigned long long)bytes);
}
