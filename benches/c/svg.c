/* svg.c - see svg.h. */
#include "svg.h"

#include <string.h>

static const char sheet[] =
    "text{font:13px system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif;fill:#1f2328}"
    ".page{fill:#fff}.h1{font-size:21px;font-weight:600}.h2{font-size:15px;font-weight:600}"
    ".case{font-weight:600}.dim{fill:#59636e}.small{font-size:11.5px}"
    ".end{text-anchor:end}.mid{text-anchor:middle}"
    ".grid{stroke:#d8dee4}.axis{stroke:#8c959f}"
    ".target{stroke:#1f2328;stroke-width:1.8;stroke-dasharray:5 3}"
    ".miss{fill:#c21c2c}.ok{fill:#1a7f37}"
    ".ours{fill:#1f6feb}.ours2{fill:#6ca4f5}.curl{fill:#e07b1a}.curl2{fill:#f0b072}"
    ".bare{fill:#8c959f}.cronet{fill:#2d9d54}.ureq{fill:#9a5fd0}.other{fill:#17929b}"
    "line.ours{stroke:#1f6feb}line.ours2{stroke:#6ca4f5}line.curl{stroke:#e07b1a}"
    "line.curl2{stroke:#f0b072}line.bare{stroke:#8c959f}line.cronet{stroke:#2d9d54}"
    "line.ureq{stroke:#9a5fd0}line.other{stroke:#17929b}.curve{stroke-width:2.2}"
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.page{fill:#12161c}.dim{fill:#9aa4ae}"
    ".grid{stroke:#2b323b}.axis{stroke:#6e7681}.target{stroke:#f0f3f6}"
    ".miss{fill:#ff7b72}.ok{fill:#56d364}.ours{fill:#4c94ff}.ours2{fill:#2f62ad}"
    ".curl{fill:#f0913a}.curl2{fill:#a9682d}}";

static void escaped(FILE *to, const char *text) {
  for (; *text; text++)
    switch (*text) {
    case '<':
      fputs("&lt;", to);
      break;
    case '&':
      fputs("&amp;", to);
      break;
    default:
      fputc(*text, to);
    }
}

void svg_begin(FILE *to, double width, double height, const char *title) {
  fprintf(to,
          "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" "
          "viewBox=\"0 0 %.0f %.0f\" role=\"img\">\n<title>",
          width, height, width, height);
  escaped(to, title);
  fprintf(to, "</title>\n<style>%s</style>\n", sheet);
  svg_rect(to, 0, 0, width, height, "page");
}

void svg_end(FILE *to) { fputs("</svg>\n", to); }

void svg_text(FILE *to, double x, double y, const char *style, const char *text) {
  fprintf(to, "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">", x, y, style);
  escaped(to, text);
  fputs("</text>\n", to);
}

void svg_rect(FILE *to, double x, double y, double width, double height, const char *style) {
  fprintf(to, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" class=\"%s\"/>\n", x, y,
          width, height, style);
}

void svg_line(FILE *to, double x1, double y1, double x2, double y2, const char *style) {
  fprintf(to, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>\n", x1, y1, x2,
          y2, style);
}

void svg_dot(FILE *to, double x, double y, const char *style) {
  fprintf(to, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" class=\"%s\"/>\n", x, y, style);
}

const char *svg_peer(const char *peer) {
  static const struct {
    const char *begins, *style;
  } of[] = {{"reqtask, direct", "ours"},
            {"reqtask", "ours2"},
            {"libcurl easy", "curl2"},
            {"libcurl", "curl"},
            {"bare", "bare"},
            {"Cronet", "cronet"},
            {"ureq", "ureq"}};
  for (size_t i = 0; i < sizeof of / sizeof *of; i++)
    if (strncmp(peer, of[i].begins, strlen(of[i].begins)) == 0)
      return of[i].style;
  return "other";
}
