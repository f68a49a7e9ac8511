/* Uses two static libraries that were written in Rust. Exit status 0: each did what it should. */
#include <string.h>

#include "cloudbackupjobs.h"

int other_library_length(int length);

int main(void)
{
    static const char answer[] = "{\"statusCode\":200,\"data\":{\"id\":\"FB1\"}}";
    cbj_job *job = NULL;
    int wrong = cbj_job_parse(answer, strlen(answer), &job, NULL) != CBJ_OK;

    wrong += strcmp(cbj_job_id(job), "FB1") != 0;
    cbj_job_free(job);
    return wrong + (other_library_length(7) != 7) + (other_library_length(-7) != -1);
}
