/* Generated from packaging/abi/functions.toml and src/ffi: CBJ_GENERATE=1 cargo test --test generated
 *
 * Included by null_walk.c, which defines the macros, the arguments and the expectations. */

/* NULL for every pointer. */
static void walk_pointers(void)
{
    NULL_ROW(cbj_has_feature, 0, no, (NULL));
    NULL_ROW(cbj_error_status, 0, refused, (NULL));
    NULL_ROW(cbj_error_message, 0, no_text, (NULL));
    NULL_ROW(cbj_error_http_status, 0, no, (NULL));
    NULL_ROW(cbj_error_request_id, 0, no_text, (NULL));
    NULL_ROW(cbj_error_trace_id, 0, no_text, (NULL));
    NULL_ROW(cbj_error_retry_after_ms, 0, no_count, (NULL));
    NULL_ROW(cbj_error_is_retryable, 0, no, (NULL));
    NULL_ROW(cbj_error_detail_count, 0, nothing_listed, (NULL));
    NULL_ROW(cbj_error_detail_code, 0, no_text, (NULL, 0));
    NULL_ROW(cbj_error_detail_field, 0, no_text, (NULL, 0));
    NULL_ROW(cbj_error_detail_message, 0, no_text, (NULL, 0));
    NULL_ROW(cbj_error_free, 0, it_returns, (NULL));
    NULL_ROW(cbj_config_free, 0, it_returns, (NULL));
    NULL_ROW(cbj_config_set_data_center, 0, refused, (NULL, "scope"));
    NULL_ROW(cbj_config_set_data_center, 1, refused, (config, NULL));
    NULL_ROW(cbj_config_set_base_url, 0, refused, (NULL, "text"));
    NULL_ROW(cbj_config_set_base_url, 1, refused, (config, NULL));
    NULL_ROW(cbj_config_set_identity_url, 0, refused, (NULL, "text"));
    NULL_ROW(cbj_config_set_identity_url, 1, refused, (config, NULL));
    NULL_ROW(cbj_config_set_access_token, 0, refused, (NULL, "text"));
    NULL_ROW(cbj_config_set_access_token, 1, refused, (config, NULL));
    NULL_ROW(cbj_config_set_client_secret, 0, refused, (NULL, "text", "text"));
    NULL_ROW(cbj_config_set_client_secret, 1, refused, (config, NULL, "text"));
    NULL_ROW(cbj_config_set_client_secret, 2, refused, (config, "text", NULL));
    NULL_ROW(cbj_config_set_client_certificate, 0, refused, (NULL, "text", "text", "text"));
    NULL_ROW(cbj_config_set_client_certificate, 1, refused, (config, NULL, "text", "text"));
    NULL_ROW(cbj_config_set_client_certificate, 2, refused, (config, "text", NULL, "text"));
    NULL_ROW(cbj_config_set_client_certificate, 3, accepted, (scratch_config, "text", "text", NULL));
    NULL_ROW(cbj_config_set_scope, 0, refused, (NULL, "text"));
    NULL_ROW(cbj_config_set_scope, 1, refused, (config, NULL));
    NULL_ROW(cbj_config_set_location, 0, refused, (NULL, "text"));
    NULL_ROW(cbj_config_set_location, 1, refused, (config, NULL));
    NULL_ROW(cbj_config_set_timeout_ms, 0, refused, (NULL, 1));
    NULL_ROW(cbj_config_set_connect_timeout_ms, 0, refused, (NULL, 1));
    NULL_ROW(cbj_config_set_max_retries, 0, refused, (NULL, 1));
    NULL_ROW(cbj_config_set_max_response_bytes, 0, refused, (NULL, 1));
    NULL_ROW(cbj_config_set_ca_file, 0, refused, (NULL, "text"));
    NULL_ROW(cbj_config_set_ca_file, 1, refused, (config, NULL));
    NULL_ROW(cbj_config_set_trust, 0, refused, (NULL, CBJ_TRUST_SYSTEM));
    NULL_ROW(cbj_config_set_proxy, 0, refused, (NULL, "text"));
    NULL_ROW(cbj_config_set_proxy, 1, accepted, (scratch_config, NULL));
    NULL_ROW(cbj_config_set_user_agent, 0, refused, (NULL, "text"));
    NULL_ROW(cbj_config_set_user_agent, 1, refused, (config, NULL));
    NULL_ROW(cbj_config_set_allow_http, 0, refused, (NULL, 1));
    NULL_ROW(cbj_config_load_env, 0, only_an_error, (NULL, &out.error));
    NULL_ROW(cbj_config_load_file, 0, only_an_error, (NULL, "text", &out.error));
    NULL_ROW(cbj_config_load_file, 1, only_an_error, (config, NULL, &out.error));
    NULL_ROW(cbj_config_set_option, 0, only_an_error, (NULL, "scope", "text", &out.error));
    NULL_ROW(cbj_config_set_option, 1, only_an_error, (config, NULL, "text", &out.error));
    NULL_ROW(cbj_config_set_option, 2, only_an_error, (config, "scope", NULL, &out.error));
    NULL_ROW(cbj_config_set_log, 0, refused, (NULL, log_line, &logged, CBJ_LOG_DEBUG));
    NULL_ROW(cbj_config_set_log, 1, accepted, (scratch_config, NULL, &logged, CBJ_LOG_DEBUG));
    NULL_ROW(cbj_config_set_log, 2, accepted, (scratch_config, log_line, NULL, CBJ_LOG_DEBUG));
    NULL_ROW(cbj_client_new, 0, no_client, (NULL, &out.client, &out.error));
    NULL_ROW(cbj_client_new, 1, only_an_error, (config, NULL, &out.error));
    NULL_ROW(cbj_client_free, 0, it_returns, (NULL));
    NULL_ROW(cbj_client_get_job, 0, no_job, (NULL, "text", "text", &out.job, &out.error));
    NULL_ROW(cbj_client_get_job, 1, no_job, (client, NULL, "text", &out.job, &out.error));
    NULL_ROW(cbj_client_get_job, 3, only_an_error, (client, "text", "text", NULL, &out.error));
    NULL_ROW(cbj_client_wait_job, 0, no_job, (NULL, "text", "text", 1, 1, &out.job, &out.error));
    NULL_ROW(cbj_client_wait_job, 1, no_job, (client, NULL, "text", 1, 1, &out.job, &out.error));
    NULL_ROW(cbj_client_wait_job, 5, only_an_error, (client, "text", "text", 1, 1, NULL, &out.error));
    NULL_ROW(cbj_client_share, 0, no_other, (NULL, &out.other, &out.error));
    NULL_ROW(cbj_client_share, 1, only_an_error, (client, NULL, &out.error));
    NULL_ROW(cbj_client_set_timeout_ms, 0, refused, (NULL, 1));
    NULL_ROW(cbj_client_set_access_token, 0, refused, (NULL, "text"));
    NULL_ROW(cbj_client_set_access_token, 1, refused, (client, NULL));
    NULL_ROW(cbj_client_cancel, 0, it_returns, (NULL));
    NULL_ROW(cbj_client_resume, 0, it_returns, (NULL));
    NULL_ROW(cbj_job_type_from_name, 0, no_type, (NULL));
    NULL_ROW(cbj_object_type_from_name, 0, no_type, (NULL));
    NULL_ROW(cbj_query_free, 0, it_returns, (NULL));
    NULL_ROW(cbj_query_set_since_ms, 0, refused, (NULL, 1));
    NULL_ROW(cbj_query_set_until_ms, 0, refused, (NULL, 1));
    NULL_ROW(cbj_query_set_job_type, 0, refused, (NULL, CBJ_JOB_TYPE_RETENTION));
    NULL_ROW(cbj_query_set_object_type, 0, refused, (NULL, CBJ_OBJECT_TYPE_POWER_APPS));
    NULL_ROW(cbj_query_set_state, 0, refused, (NULL, CBJ_STATE_PARTIALLY_FINISHED));
    NULL_ROW(cbj_query_set_location, 0, refused, (NULL, "text"));
    NULL_ROW(cbj_query_set_location, 1, accepted, (query, NULL));
    NULL_ROW(cbj_query_set_page_size, 0, refused, (NULL, 1));
    NULL_ROW(cbj_query_set_max_jobs, 0, refused, (NULL, 1));
    NULL_ROW(cbj_client_list_jobs, 0, no_iter, (NULL, query, &out.iter, &out.error));
    NULL_ROW(cbj_client_list_jobs, 2, only_an_error, (client, query, NULL, &out.error));
    NULL_ROW(cbj_job_iter_next, 0, no_job, (NULL, &out.job, &out.error));
    NULL_ROW(cbj_job_iter_next, 1, only_an_error, (job_iter, NULL, &out.error));
    NULL_ROW(cbj_job_iter_total_count, 0, no_count, (NULL));
    NULL_ROW(cbj_job_iter_missing_count, 0, no_count, (NULL));
    NULL_ROW(cbj_job_iter_is_complete, 0, no, (NULL));
    NULL_ROW(cbj_job_iter_free, 0, it_returns, (NULL));
    NULL_ROW(cbj_client_summarize_jobs, 0, no_summary, (NULL, query, &out.summary, &out.error));
    NULL_ROW(cbj_client_summarize_jobs, 2, only_an_error, (client, query, NULL, &out.error));
    NULL_ROW(cbj_summary_latest, 0, no_job_inside, (NULL));
    NULL_ROW(cbj_summary_latest_ended, 0, no_job_inside, (NULL));
    NULL_ROW(cbj_summary_latest_in_state, 0, no_job_inside, (NULL, CBJ_STATE_PARTIALLY_FINISHED));
    NULL_ROW(cbj_summary_count, 0, no_count, (NULL));
    NULL_ROW(cbj_summary_count_in_state, 0, no_count, (NULL, CBJ_STATE_PARTIALLY_FINISHED));
    NULL_ROW(cbj_summary_total_count, 0, no_count, (NULL));
    NULL_ROW(cbj_summary_missing_count, 0, no_count, (NULL));
    NULL_ROW(cbj_summary_is_complete, 0, no, (NULL));
    NULL_ROW(cbj_summary_free, 0, it_returns, (NULL));
    NULL_ROW(cbj_job_parse, 0, no_job, (NULL, strlen(ENVELOPE), &out.job, &out.error));
    NULL_ROW(cbj_job_parse, 2, only_an_error, (ENVELOPE, strlen(ENVELOPE), NULL, &out.error));
    NULL_ROW(cbj_job_free, 0, it_returns, (NULL));
    NULL_ROW(cbj_job_id, 0, no_text, (NULL));
    NULL_ROW(cbj_job_state, 0, no_state, (NULL));
    NULL_ROW(cbj_job_state_text, 0, no_text, (NULL));
    NULL_ROW(cbj_state_from_name, 0, no_type, (NULL));
    NULL_ROW(cbj_job_start_time_ms, 0, no_time, (NULL));
    NULL_ROW(cbj_job_finish_time_ms, 0, no_time, (NULL));
    NULL_ROW(cbj_job_start_time_text, 0, no_text, (NULL));
    NULL_ROW(cbj_job_finish_time_text, 0, no_text, (NULL));
    NULL_ROW(cbj_job_elapsed_ms, 0, no_count, (NULL));
    NULL_ROW(cbj_job_duration_hours, 0, no_hours, (NULL));
    NULL_ROW(cbj_job_duration_text, 0, no_text, (NULL));
    NULL_ROW(cbj_job_total_count, 0, no_count, (NULL));
    NULL_ROW(cbj_job_failed_count, 0, no_count, (NULL));
    NULL_ROW(cbj_job_successful_count, 0, no_count, (NULL));
    NULL_ROW(cbj_job_skipped_count, 0, no_count, (NULL));
    NULL_ROW(cbj_job_error_count, 0, nothing_listed, (NULL));
    NULL_ROW(cbj_job_has_error_list, 0, neither_yes_nor_no, (NULL));
    NULL_ROW(cbj_job_error_message, 0, no_text, (NULL, 0));
    NULL_ROW(cbj_job_error_url, 0, no_text, (NULL, 0));
    NULL_ROW(cbj_job_error_occurrences, 0, no_count, (NULL, 0));
    NULL_ROW(cbj_job_error_has_code, 0, neither_yes_nor_no, (NULL, 0));
    NULL_ROW(cbj_job_request_id, 0, no_text, (NULL));
    NULL_ROW(cbj_job_trace_id, 0, no_text, (NULL));
    NULL_ROW(cbj_job_response_time_ms, 0, no_time, (NULL));
    NULL_ROW(cbj_job_json, 0, no_text, (NULL));
}

/* Bytes that are not UTF-8 for every text. */
static void walk_texts(void)
{
    NOT_UTF8_ROW(cbj_has_feature, 0, no, (NOT_UTF8));
    NOT_UTF8_ROW(cbj_config_set_data_center, 1, refused, (config, NOT_UTF8));
    NOT_UTF8_ROW(cbj_config_set_base_url, 1, refused, (config, NOT_UTF8));
    NOT_UTF8_ROW(cbj_config_set_identity_url, 1, refused, (config, NOT_UTF8));
    NOT_UTF8_ROW(cbj_config_set_access_token, 1, refused, (config, NOT_UTF8));
    NOT_UTF8_ROW(cbj_config_set_client_secret, 1, refused, (config, NOT_UTF8, "text"));
    NOT_UTF8_ROW(cbj_config_set_client_secret, 2, refused, (config, "text", NOT_UTF8));
    NOT_UTF8_ROW(cbj_config_set_client_certificate, 1, refused, (config, NOT_UTF8, "text", "text"));
    NOT_UTF8_ROW(cbj_config_set_client_certificate, 2, refused, (config, "text", NOT_UTF8, "text"));
    NOT_UTF8_ROW(cbj_config_set_client_certificate, 3, refused, (config, "text", "text", NOT_UTF8));
    NOT_UTF8_ROW(cbj_config_set_scope, 1, refused, (config, NOT_UTF8));
    NOT_UTF8_ROW(cbj_config_set_location, 1, refused, (config, NOT_UTF8));
    NOT_UTF8_ROW(cbj_config_set_ca_file, 1, refused, (config, NOT_UTF8));
    NOT_UTF8_ROW(cbj_config_set_proxy, 1, refused, (config, NOT_UTF8));
    NOT_UTF8_ROW(cbj_config_set_user_agent, 1, refused, (config, NOT_UTF8));
    NOT_UTF8_ROW(cbj_config_load_file, 1, only_an_error, (config, NOT_UTF8, &out.error));
    NOT_UTF8_ROW(cbj_config_set_option, 1, only_an_error, (config, NOT_UTF8, "text", &out.error));
    NOT_UTF8_ROW(cbj_config_set_option, 2, only_an_error, (config, "scope", NOT_UTF8, &out.error));
    NOT_UTF8_ROW(cbj_client_get_job, 1, no_job, (client, NOT_UTF8, "text", &out.job, &out.error));
    NOT_UTF8_ROW(cbj_client_get_job, 2, no_job, (client, "text", NOT_UTF8, &out.job, &out.error));
    NOT_UTF8_ROW(cbj_client_wait_job, 1, no_job, (client, NOT_UTF8, "text", 1, 1, &out.job, &out.error));
    NOT_UTF8_ROW(cbj_client_wait_job, 2, no_job, (client, "text", NOT_UTF8, 1, 1, &out.job, &out.error));
    NOT_UTF8_ROW(cbj_client_set_access_token, 1, refused, (client, NOT_UTF8));
    NOT_UTF8_ROW(cbj_job_type_from_name, 0, no_type, (NOT_UTF8));
    NOT_UTF8_ROW(cbj_object_type_from_name, 0, no_type, (NOT_UTF8));
    NOT_UTF8_ROW(cbj_query_set_location, 1, refused, (query, NOT_UTF8));
    NOT_UTF8_ROW(cbj_state_from_name, 0, no_type, (NOT_UTF8));
}

/* Functions without a pointer. */
static void walk_without_pointers(void)
{
    NO_POINTER_ROW(cbj_status_name, no_status_of_this_version, (17));
    NO_POINTER_ROW(cbj_version, a_text, ());
    NO_POINTER_ROW(cbj_config_new, a_config, ());
    NO_POINTER_ROW(cbj_job_type_name, no_text, (6));
    NO_POINTER_ROW(cbj_object_type_name, no_text, (13));
    NO_POINTER_ROW(cbj_query_new, a_query, ());
    NO_POINTER_ROW(cbj_state_name, no_text, (6));
    NO_POINTER_ROW(cbj_state_is_terminal, no, (6));
}

/* A number that is no choice. */
static void walk_numbers(int32_t number)
{
    OUT_OF_RANGE_ROW(cbj_status_name, 0, no_status_of_this_version, (number));
    OUT_OF_RANGE_ROW(cbj_config_set_trust, 1, refused, (config, number));
    OUT_OF_RANGE_ROW(cbj_config_set_allow_http, 1, refused, (config, number));
    OUT_OF_RANGE_ROW(cbj_config_set_log, 3, refused, (config, log_line, &logged, number));
    if (number < 0)
        OUT_OF_RANGE_ROW(cbj_job_type_name, 0, no_text, (number));
    if (number < 0)
        OUT_OF_RANGE_ROW(cbj_object_type_name, 0, no_text, (number));
    if (number < 0)
        OUT_OF_RANGE_ROW(cbj_query_set_job_type, 1, refused, (query, number));
    if (number < 0)
        OUT_OF_RANGE_ROW(cbj_query_set_object_type, 1, refused, (query, number));
    OUT_OF_RANGE_ROW(cbj_query_set_state, 1, refused, (query, number));
    OUT_OF_RANGE_ROW(cbj_summary_latest_in_state, 1, no_job_inside, (summary, number));
    OUT_OF_RANGE_ROW(cbj_summary_count_in_state, 1, no_count, (summary, number));
    OUT_OF_RANGE_ROW(cbj_state_name, 0, no_text, (number));
    OUT_OF_RANGE_ROW(cbj_state_is_terminal, 0, no, (number));
}

/* The numbers beside those of each choice. */
static void walk_neighbours(void)
{
    OUT_OF_RANGE_ROW(cbj_status_name, 0, no_status_of_this_version, (-1));
    OUT_OF_RANGE_ROW(cbj_status_name, 0, no_status_of_this_version, (17));
    OUT_OF_RANGE_ROW(cbj_config_set_trust, 1, refused, (config, -1));
    OUT_OF_RANGE_ROW(cbj_config_set_trust, 1, refused, (config, 2));
    OUT_OF_RANGE_ROW(cbj_config_set_allow_http, 1, refused, (config, -1));
    OUT_OF_RANGE_ROW(cbj_config_set_allow_http, 1, refused, (config, 2));
    OUT_OF_RANGE_ROW(cbj_config_set_log, 3, refused, (config, log_line, &logged, 0));
    OUT_OF_RANGE_ROW(cbj_config_set_log, 3, refused, (config, log_line, &logged, 5));
    OUT_OF_RANGE_ROW(cbj_job_type_name, 0, no_text, (-1));
    OUT_OF_RANGE_ROW(cbj_object_type_name, 0, no_text, (-1));
    OUT_OF_RANGE_ROW(cbj_query_set_job_type, 1, refused, (query, -1));
    OUT_OF_RANGE_ROW(cbj_query_set_object_type, 1, refused, (query, -1));
    OUT_OF_RANGE_ROW(cbj_query_set_state, 1, refused, (query, -1));
    OUT_OF_RANGE_ROW(cbj_query_set_state, 1, refused, (query, 6));
    OUT_OF_RANGE_ROW(cbj_summary_latest_in_state, 1, no_job_inside, (summary, -1));
    OUT_OF_RANGE_ROW(cbj_summary_latest_in_state, 1, no_job_inside, (summary, 6));
    OUT_OF_RANGE_ROW(cbj_summary_count_in_state, 1, no_count, (summary, -1));
    OUT_OF_RANGE_ROW(cbj_summary_count_in_state, 1, no_count, (summary, 6));
    OUT_OF_RANGE_ROW(cbj_state_name, 0, no_text, (-1));
    OUT_OF_RANGE_ROW(cbj_state_name, 0, no_text, (6));
    OUT_OF_RANGE_ROW(cbj_state_is_terminal, 0, no, (-1));
    OUT_OF_RANGE_ROW(cbj_state_is_terminal, 0, no, (6));
}

/* An index out of range of a cbj_error. */
static void walk_error_indexes(size_t index)
{
    OUT_OF_RANGE_ROW(cbj_error_detail_code, 1, no_text, (failure, index));
    OUT_OF_RANGE_ROW(cbj_error_detail_field, 1, no_text, (failure, index));
    OUT_OF_RANGE_ROW(cbj_error_detail_message, 1, no_text, (failure, index));
}

/* An index out of range of a cbj_job. */
static void walk_job_indexes(size_t index)
{
    OUT_OF_RANGE_ROW(cbj_job_error_message, 1, no_text, (job, index));
    OUT_OF_RANGE_ROW(cbj_job_error_url, 1, no_text, (job, index));
    OUT_OF_RANGE_ROW(cbj_job_error_occurrences, 1, no_count, (job, index));
    OUT_OF_RANGE_ROW(cbj_job_error_has_code, 1, neither_yes_nor_no, (job, index));
}
