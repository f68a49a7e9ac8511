/* What null_walk.c expects of an answer: each function says whether it holds. Included by null_walk.c, which defines where the
 * calls put handles. */

/* Expectations of accessors: "absent" in the form of each type. */

static int no_text(const char *text)
{
    return text == NULL;
}

static int no_count(int64_t count)
{
    return count == -1;
}

static int no_time(int64_t ms)
{
    return ms == CBJ_NO_TIME && ms == INT64_MIN;
}

static int no_hours(double hours)
{
    return hours != hours;
}

static int nothing_listed(size_t count)
{
    return count == 0;
}

static int no_state(cbj_state state)
{
    return state == CBJ_STATE_UNKNOWN;
}

/* The answer "no" where "absent" does not exist. */
static int no(int32_t answer)
{
    return answer == 0;
}

static int neither_yes_nor_no(int32_t answer)
{
    return answer == -1;
}

static int no_status_of_this_version(const char *name)
{
    return name != NULL && strcmp(name, "CBJ_ERROR_UNKNOWN") == 0;
}

static int a_text(const char *text)
{
    return text != NULL && *text != '\0';
}

/* A function without a result: that it returns is all there is. */
#define it_returns(call) ((call), 1)

/* Expectations of functions that give a status and no reason. */

static int refused(cbj_status status)
{
    return status == CBJ_ERROR_INVALID_ARGUMENT;
}

static int accepted(cbj_status status)
{
    return status == CBJ_OK;
}

static int a_config(cbj_config *made)
{
    int is_made = made != NULL;
    cbj_config_free(made);
    return is_made;
}

/* Expectations of functions that make a handle, or give the reason why not. */

static int is_untouched(const void *handle)
{
    return handle == UNTOUCHED;
}

/* An error that explains a failure before any answer came. */
static int explains(cbj_status status)
{
    int holds;
    if (out.error == NULL || is_untouched(out.error)) {
        return 0;
    }
    holds = cbj_error_status(out.error) == status && a_text(cbj_error_message(out.error)) &&
            cbj_error_http_status(out.error) == 0 && cbj_error_detail_count(out.error) == 0;
    cbj_error_free(out.error);
    return holds;
}

static int no_client(cbj_status status)
{
    return refused(status) && out.client == NULL && explains(status);
}

static int no_client_unexplained(cbj_status status)
{
    return status == CBJ_ERROR_CONFIG && out.client == NULL && is_untouched(out.error);
}

static int no_job(cbj_status status)
{
    return refused(status) && out.job == NULL && explains(status);
}

static int no_job_unexplained(cbj_status status)
{
    return refused(status) && out.job == NULL && is_untouched(out.error);
}

/* Where the place for the handle is what is missing. */
static int only_an_error(cbj_status status)
{
    return refused(status) && is_untouched(out.client) && is_untouched(out.job) && explains(status);
}

static int no_configuration(cbj_status status)
{
    return status == CBJ_ERROR_CONFIG && is_untouched(out.error);
}

static int no_readable_answer(cbj_status status)
{
    return status == CBJ_ERROR_PROTOCOL && out.job == NULL && explains(status);
}

static int no_readable_answer_unexplained(cbj_status status)
{
    return status == CBJ_ERROR_PROTOCOL && out.job == NULL && is_untouched(out.error);
}

static int no_connection(cbj_status status)
{
    return status == CBJ_ERROR_CONNECT && out.job == NULL && explains(status);
}

static int a_client(cbj_status status)
{
    int holds = status == CBJ_OK && out.client != NULL && !is_untouched(out.client) && is_untouched(out.error);
    if (holds) {
        cbj_client_free(out.client);
    }
    return holds;
}

static int a_job(cbj_status status)
{
    int holds = status == CBJ_OK && out.job != NULL && !is_untouched(out.job) && is_untouched(out.error);
    if (holds) {
        cbj_job_free(out.job);
    }
    return holds;
}
