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

static int no_job_inside(const cbj_job *held)
{
    return held == NULL;
}

static int no_type(int32_t number)
{
    return number == -1;
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

static int no_other(cbj_status status)
{
    return refused(status) && out.other == NULL && explains(status);
}

static int no_iter(cbj_status status)
{
    return refused(status) && out.iter == NULL && explains(status);
}

static int no_summary(cbj_status status)
{
    return refused(status) && out.summary == NULL && explains(status);
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
    return refused(status) && is_untouched(out.client) && is_untouched(out.other) && is_untouched(out.iter) &&
           is_untouched(out.summary) && is_untouched(out.job) && explains(status);
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

static int time_is_up(cbj_status status)
{
    return status == CBJ_ERROR_TIMEOUT && out.job == NULL && explains(status);
}

static int a_client(cbj_status status)
{
    int holds = status == CBJ_OK && out.client != NULL && !is_untouched(out.client) && is_untouched(out.error);
    if (holds) {
        cbj_client_free(out.client);
    }
    return holds;
}

static int another_client(cbj_status status)
{
    int holds = status == CBJ_OK && out.other != NULL && !is_untouched(out.other) && is_untouched(out.error);
    if (holds) {
        cbj_client_free(out.other);
    }
    return holds;
}

/* A list that was fetched, for a query that is NULL. */
static int a_list(cbj_status status)
{
    int holds = status == CBJ_OK && out.iter != NULL && !is_untouched(out.iter) && out.error == NULL;
    if (holds) {
        cbj_job_iter_free(out.iter);
    }
    return holds;
}

static int a_list_unexplained(cbj_status status)
{
    int holds = status == CBJ_OK && out.iter != NULL && !is_untouched(out.iter) && is_untouched(out.error);
    if (holds) {
        cbj_job_iter_free(out.iter);
    }
    return holds;
}

static int a_summary(cbj_status status)
{
    int holds = status == CBJ_OK && out.summary != NULL && !is_untouched(out.summary) && out.error == NULL;
    if (holds) {
        cbj_summary_free(out.summary);
    }
    return holds;
}

static int a_summary_unexplained(cbj_status status)
{
    int holds = status == CBJ_OK && out.summary != NULL && !is_untouched(out.summary) && is_untouched(out.error);
    if (holds) {
        cbj_summary_free(out.summary);
    }
    return holds;
}

static int a_query(cbj_query *made)
{
    int is_made = made != NULL;
    cbj_query_free(made);
    return is_made;
}

static int a_job(cbj_status status)
{
    int holds = status == CBJ_OK && out.job != NULL && !is_untouched(out.job) && is_untouched(out.error);
    if (holds) {
        cbj_job_free(out.job);
    }
    return holds;
}
