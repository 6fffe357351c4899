/* budget.c - see budget.h. */
#include "budget.h"

#include "clock.h"

static uint64_t section_end_ns;

void budget_section(unsigned seconds) { section_end_ns = now_ns() + seconds * 1000000000ull; }

budget budget_share(unsigned cases) {
  uint64_t now = now_ns();
  uint64_t left = section_end_ns > now ? section_end_ns - now : 0;
  return (budget){now, now + left / (cases ? cases : 1)};
}

budget budget_rest(const budget *share) { return (budget){now_ns(), share->end_ns}; }

bool budget_round(const budget *share, unsigned round, unsigned most) {
  if (round == 0)
    return most > 0;
  uint64_t now = now_ns();
  return round < most && now + (now - share->begin_ns) / round <= share->end_ns;
}
