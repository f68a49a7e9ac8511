/*
 * output.c - where the output of check_cloudbackup_job goes
 */
#include "output.h"

#include "job_check.h"
#include "process.h"

static struct {
    const char *path;       /* NULL: standard output */
    jc_text temporary_path; /* in the same folder */
} destination = {NULL, JC_TEXT_EMPTY};

int output_set_file(const char *path)
{
    /* A collector reads all files whose names end in .prom, so this name must not. */
    jc_text_add(&destination.temporary_path, "%s.%lu.tmp", path, process_id());
    destination.path = path;
    return !destination.temporary_path.is_cut;
}

const char *output_name(void)
{
    return destination.path != NULL ? destination.path : "standard output";
}

int output_write(const char *bytes, size_t length)
{
    if (destination.path == NULL)
        return process_write(PROCESS_OUTPUT, bytes, length);
    return process_replace(destination.path, destination.temporary_path.bytes, bytes, length);
}

void output_complain(const char *problem, const char *reason)
{
    jc_text line = JC_TEXT_EMPTY;

    jc_text_add(&line, "check_cloudbackup_job: %s%s%s\n", problem, reason != NULL ? ": " : "", reason != NULL ? reason : "");
    output_log(&line);
    jc_text_free(&line);
}

void output_log(const jc_text *lines)
{
    /* Who closed this stream does not want to know. */
    (void)process_write(PROCESS_ERRORS, jc_text_get(lines), lines->length);
}

void output_end(void)
{
    jc_text_free(&destination.temporary_path);
    destination.path = NULL;
}
