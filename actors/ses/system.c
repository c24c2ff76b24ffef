/** Functions that the C library expects of an operating system: there is none, no time, and nobody to print to. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  (void)zone;
  *time = (struct timeval){0};
  return 0;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  (void)clock;
  *time = (struct timespec){0};
  return 0;
}

/** No time zone: the engine asks only for the distance to UTC. */
struct tm *localtime_r(const time_t *restrict time, struct tm *restrict parts) {
  (void)time;
  memset(parts, 0, sizeof *parts);
  return parts;
}

_Noreturn void abort(void) { __builtin_trap(); }

_Noreturn void __assert_fail(const char *text, const char *file, int line, const char *function) {
  (void)text, (void)file, (void)line, (void)function;
  __builtin_trap();
}

/*
 * Files alone are replaced. Texts in memory, as `snprintf` makes them, go through the library's own formatter: the
 * engine finds "use strict" with it.
 */
int fprintf(FILE *restrict file, const char *restrict format, ...) {
  (void)file, (void)format;
  return 0;
}

int fputc(int c, FILE *file) {
  (void)file;
  return c;
}

int putchar(int c) { return c; }

int fputs(const char *restrict text, FILE *restrict file) {
  (void)text, (void)file;
  return 0;
}

int fflush(FILE *file) {
  (void)file;
  return 0;
}

size_t __stdio_write(FILE *file, const unsigned char *bytes, size_t length) {
  (void)file, (void)bytes;
  return length;
}

size_t __stdout_write(FILE *file, const unsigned char *bytes, size_t length) {
  (void)file, (void)bytes;
  return length;
}

off_t __stdio_seek(FILE *file, off_t offset, int from) {
  (void)file, (void)offset, (void)from;
  return -1;
}

int __stdio_close(FILE *file) {
  (void)file;
  return 0;
}

int __isatty(int number) {
  (void)number;
  return 0;
}
