/* svg.h - the few shapes that the pictures are made of, written by hand.
 *
 * A picture brings its background and its colours for light and dark, so it can be read on any page
 * and needs nothing beside itself.
 */
#ifndef BENCH_SVG_H
#define BENCH_SVG_H

#include <stdio.h>

/** Opens the picture; its words, for those who cannot see it. */
void svg_begin(FILE *to, double width, double height, const char *title);
void svg_end(FILE *to);

/** style: class names of svg.c's sheet; more than one may be given. */
void svg_text(FILE *to, double x, double y, const char *style, const char *text);
void svg_rect(FILE *to, double x, double y, double width, double height, const char *style);
void svg_line(FILE *to, double x1, double y1, double x2, double y2, const char *style);
void svg_dot(FILE *to, double x, double y, const char *style);

/** The class of a peer's colour, by its name: ours are blue, libcurl is orange, and so on. */
const char *svg_peer(const char *peer);

#endif
