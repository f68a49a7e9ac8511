/* The checks of the C++ programs: prints each that does not hold, and counts them. */
#include <cstdio>

static int failures;

#define CHECK(condition) \
    do { \
        if (!(condition)) { \
            std::fprintf(stderr, "line %d: %s\n", __LINE__, #condition); \
            failures++; \
        } \
    } while (0)
