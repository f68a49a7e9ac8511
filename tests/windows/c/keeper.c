/*
 * Keeps wine's server and services alive while tests run: without it each program would start them anew, which takes ten times
 * as long as the program. Prints a line when they are there. Ends when its standard input does.
 */
#include <stdio.h>

int main(void)
{
    puts("started");
    fflush(stdout);
    while (getchar() != EOF)
        continue;
    return 0;
}
