/* machine.h - where and with what the figures were taken. */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

#include <stdbool.h>
#include <stdio.h>

/** Prints date, machine and versions, each as one format(name, value). */
void machine_describe(FILE *to, const char *format);

/** The same in short, for the foot of a picture. */
void machine_line(char *out, size_t room);

/** True when a program of this name is on the PATH. */
bool machine_has(const char *program);

/** The path of this program, or with `name` of another beside it. "": cannot be told. */
const char *machine_program(const char *name, char *out, size_t room);

/** As many open files as the hard limit allows. */
void machine_raise_files(void);

/** From here on every name lookup of this process and its children asks a server that never
 * answers, whose socket this process keeps. It takes a mount namespace of our own, which needs
 * rights that not everyone has: false, and why is filled. */
bool machine_silence_dns(const char **why);

#endif
