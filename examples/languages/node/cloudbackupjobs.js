'use strict';

/*
 * The jobs of Cloud Backup for Microsoft 365, by the C library cloudbackupjobs. Not affiliated with AvePoint.
 *
 *     const { Client } = require('cloudbackupjobs');
 *
 *     const client = Client.fromEnvironment();
 *     const job = await client.getJob('FB20241015105312327583');
 *     console.log(job.state, job.failedCount);
 *     for await (const job of client.listJobs({ objectType: 'exchangeOnline', since: new Date('2026-11-20') })) {
 *         console.log(job.id, job.startTime, job.state);
 *     }
 *     console.log((await client.summarizeJobs({ jobType: 'backup' })).latestEnded);
 *     client.close();
 *
 * Client.fromOptions({ dataCenter: 'us', clientId: '...', clientSecretFile: '/run/secrets/cbj', timeoutMs: 5000 }) takes these
 * options alone; Client.fromEnvironment({ timeoutMs: 5000 }) takes the environment's, and where both are given this one.
 *
 * As a program it prints a job, all jobs, or a summary of all jobs, or waits until a job has ended. It is configured
 * by the environment (CBJ_DATA_CENTER, CBJ_CLIENT_ID ...):
 *
 *     node cloudbackupjobs.js JOB_ID | list | summary | wait JOB_ID
 *
 * The library's file is looked for in the folder lib/ of the package, beside this file, and then where the system has its
 * libraries: LD_LIBRARY_PATH names other folders on Linux, PATH on Windows. CBJ_LIBRARY names another file.
 * Calls run on threads of libuv's pool: the event loop goes on while one waits, and Ctrl-C is not held up by one.
 */

const fs = require('node:fs');
const path = require('node:path');
const koffi = require('koffi');

// begin generated: library
const LIBRARIES = { win32: 'cloudbackupjobs.dll', darwin: 'libcloudbackupjobs.1.dylib' };
const LIBRARY = LIBRARIES[process.platform] ?? 'libcloudbackupjobs.so.1';
// end generated
const library = load(process.env.CBJ_LIBRARY || find());

/* The library's file in the package, which has one for each system, or beside this file; its name where neither is there. */
function find() {
    const libc = process.platform === 'linux' && isMusl() ? '-musl' : '';
    const folders = [path.join(__dirname, 'lib', `${process.platform}-${process.arch}${libc}`), __dirname];
    return folders.map((folder) => path.join(folder, LIBRARY)).find((file) => fs.existsSync(file)) ?? LIBRARY;
}

/* Whether the libc of this process is musl. The beginning of the program's file names the loader that comes with its libc. */
function isMusl() {
    const head = Buffer.alloc(4096);
    try {
        const file = fs.openSync(process.execPath);
        fs.readSync(file, head);
        fs.closeSync(file);
    } catch {
        // Not readable: the report knows it, too, but may look up the names of all peers for it.
    }
    if (head.includes('/ld-musl-')) return true;
    return !head.includes('/ld-linux') && process.report.getReport().header.glibcVersionRuntime === undefined;
}

function load(file) {
    try {
        return koffi.load(file);
    } catch (error) {
        // Its message does not say which.
        const cure = 'Install the library, or name its file in the environment variable CBJ_LIBRARY';
        throw new Error(`${file}: ${error.message}. ${cure}`, { cause: error });
    }
}

const native = {
    // begin generated: declarations
    cbj_status_name: library.func('const char * cbj_status_name(int32_t status)'),
    cbj_version: library.func('const char * cbj_version(void)'),
    cbj_has_feature: library.func('int32_t cbj_has_feature(const char *name)'),
    cbj_error_message: library.func('const char * cbj_error_message(void *error)'),
    cbj_error_http_status: library.func('int32_t cbj_error_http_status(void *error)'),
    cbj_error_request_id: library.func('const char * cbj_error_request_id(void *error)'),
    cbj_error_trace_id: library.func('const char * cbj_error_trace_id(void *error)'),
    cbj_error_retry_after_ms: library.func('int64_t cbj_error_retry_after_ms(void *error)'),
    cbj_error_is_retryable: library.func('int32_t cbj_error_is_retryable(void *error)'),
    cbj_error_detail_count: library.func('size_t cbj_error_detail_count(void *error)'),
    cbj_error_detail_code: library.func('const char * cbj_error_detail_code(void *error, size_t index)'),
    cbj_error_detail_field: library.func('const char * cbj_error_detail_field(void *error, size_t index)'),
    cbj_error_detail_message: library.func('const char * cbj_error_detail_message(void *error, size_t index)'),
    cbj_error_free: library.func('void cbj_error_free(void *error)'),
    cbj_config_new: library.func('void * cbj_config_new(void)'),
    cbj_config_free: library.func('void cbj_config_free(void *config)'),
    cbj_config_load_env: library.func('int32_t cbj_config_load_env(void *config, _Out_ void **error)'),
    cbj_config_load_file: library.func('int32_t cbj_config_load_file(void *config, const char *path, _Out_ void **error)'),
    cbj_config_set_option: library.func('int32_t cbj_config_set_option(void *config, const char *name, const char *value, _Out_ void **error)'),
    cbj_client_new: library.func('int32_t cbj_client_new(void *config, _Out_ void **client, _Out_ void **error)'),
    cbj_client_free: library.func('void cbj_client_free(void *client)'),
    cbj_client_get_job: library.func('int32_t cbj_client_get_job(void *client, const char *job_id, const char *location, _Out_ void **job, _Out_ void **error)'),
    cbj_client_wait_job: library.func('int32_t cbj_client_wait_job(void *client, const char *job_id, const char *location, uint32_t poll_interval_ms, uint32_t timeout_ms, _Out_ void **job, _Out_ void **error)'),
    cbj_client_share: library.func('int32_t cbj_client_share(void *client, _Out_ void **other, _Out_ void **error)'),
    cbj_client_set_timeout_ms: library.func('int32_t cbj_client_set_timeout_ms(void *client, uint32_t ms)'),
    cbj_client_set_access_token: library.func('int32_t cbj_client_set_access_token(void *client, const char *token)'),
    cbj_client_cancel: library.func('void cbj_client_cancel(void *client)'),
    cbj_client_resume: library.func('void cbj_client_resume(void *client)'),
    cbj_job_type_name: library.func('const char * cbj_job_type_name(int32_t job_type)'),
    cbj_job_type_from_name: library.func('int32_t cbj_job_type_from_name(const char *name)'),
    cbj_object_type_name: library.func('const char * cbj_object_type_name(int32_t object_type)'),
    cbj_object_type_from_name: library.func('int32_t cbj_object_type_from_name(const char *name)'),
    cbj_query_new: library.func('void * cbj_query_new(void)'),
    cbj_query_free: library.func('void cbj_query_free(void *query)'),
    cbj_query_set_since_ms: library.func('int32_t cbj_query_set_since_ms(void *query, int64_t unix_ms)'),
    cbj_query_set_until_ms: library.func('int32_t cbj_query_set_until_ms(void *query, int64_t unix_ms)'),
    cbj_query_set_job_type: library.func('int32_t cbj_query_set_job_type(void *query, int32_t job_type)'),
    cbj_query_set_object_type: library.func('int32_t cbj_query_set_object_type(void *query, int32_t object_type)'),
    cbj_query_set_state: library.func('int32_t cbj_query_set_state(void *query, int32_t state)'),
    cbj_query_set_location: library.func('int32_t cbj_query_set_location(void *query, const char *location)'),
    cbj_query_set_page_size: library.func('int32_t cbj_query_set_page_size(void *query, uint32_t jobs)'),
    cbj_query_set_max_jobs: library.func('int32_t cbj_query_set_max_jobs(void *query, uint32_t jobs)'),
    cbj_client_list_jobs: library.func('int32_t cbj_client_list_jobs(void *client, void *query, _Out_ void **iter, _Out_ void **error)'),
    cbj_job_iter_next: library.func('int32_t cbj_job_iter_next(void *iter, _Out_ void **job, _Out_ void **error)'),
    cbj_job_iter_total_count: library.func('int64_t cbj_job_iter_total_count(void *iter)'),
    cbj_job_iter_missing_count: library.func('int64_t cbj_job_iter_missing_count(void *iter)'),
    cbj_job_iter_is_complete: library.func('int32_t cbj_job_iter_is_complete(void *iter)'),
    cbj_job_iter_free: library.func('void cbj_job_iter_free(void *iter)'),
    cbj_client_summarize_jobs: library.func('int32_t cbj_client_summarize_jobs(void *client, void *query, _Out_ void **summary, _Out_ void **error)'),
    cbj_summary_latest: library.func('void * cbj_summary_latest(void *summary)'),
    cbj_summary_latest_ended: library.func('void * cbj_summary_latest_ended(void *summary)'),
    cbj_summary_latest_in_state: library.func('void * cbj_summary_latest_in_state(void *summary, int32_t state)'),
    cbj_summary_count: library.func('int64_t cbj_summary_count(void *summary)'),
    cbj_summary_count_in_state: library.func('int64_t cbj_summary_count_in_state(void *summary, int32_t state)'),
    cbj_summary_total_count: library.func('int64_t cbj_summary_total_count(void *summary)'),
    cbj_summary_missing_count: library.func('int64_t cbj_summary_missing_count(void *summary)'),
    cbj_summary_is_complete: library.func('int32_t cbj_summary_is_complete(void *summary)'),
    cbj_summary_free: library.func('void cbj_summary_free(void *summary)'),
    cbj_job_parse: library.func('int32_t cbj_job_parse(const char *json, size_t length, _Out_ void **job, _Out_ void **error)'),
    cbj_job_free: library.func('void cbj_job_free(void *job)'),
    cbj_job_id: library.func('const char * cbj_job_id(void *job)'),
    cbj_job_state: library.func('int32_t cbj_job_state(void *job)'),
    cbj_job_state_text: library.func('const char * cbj_job_state_text(void *job)'),
    cbj_state_is_terminal: library.func('int32_t cbj_state_is_terminal(int32_t state)'),
    cbj_job_start_time_ms: library.func('int64_t cbj_job_start_time_ms(void *job)'),
    cbj_job_finish_time_ms: library.func('int64_t cbj_job_finish_time_ms(void *job)'),
    cbj_job_start_time_text: library.func('const char * cbj_job_start_time_text(void *job)'),
    cbj_job_finish_time_text: library.func('const char * cbj_job_finish_time_text(void *job)'),
    cbj_job_elapsed_ms: library.func('int64_t cbj_job_elapsed_ms(void *job)'),
    cbj_job_duration_hours: library.func('double cbj_job_duration_hours(void *job)'),
    cbj_job_duration_text: library.func('const char * cbj_job_duration_text(void *job)'),
    cbj_job_total_count: library.func('int64_t cbj_job_total_count(void *job)'),
    cbj_job_failed_count: library.func('int64_t cbj_job_failed_count(void *job)'),
    cbj_job_successful_count: library.func('int64_t cbj_job_successful_count(void *job)'),
    cbj_job_skipped_count: library.func('int64_t cbj_job_skipped_count(void *job)'),
    cbj_job_error_count: library.func('size_t cbj_job_error_count(void *job)'),
    cbj_job_has_error_list: library.func('int32_t cbj_job_has_error_list(void *job)'),
    cbj_job_error_message: library.func('const char * cbj_job_error_message(void *job, size_t index)'),
    cbj_job_error_url: library.func('const char * cbj_job_error_url(void *job, size_t index)'),
    cbj_job_error_occurrences: library.func('int64_t cbj_job_error_occurrences(void *job, size_t index)'),
    cbj_job_error_has_code: library.func('int32_t cbj_job_error_has_code(void *job, size_t index)'),
    cbj_job_request_id: library.func('const char * cbj_job_request_id(void *job)'),
    cbj_job_trace_id: library.func('const char * cbj_job_trace_id(void *job)'),
    cbj_job_response_time_ms: library.func('int64_t cbj_job_response_time_ms(void *job)'),
    cbj_job_json: library.func('const char * cbj_job_json(void *job)'),
    // end generated
};

const NO_TIME = -(2n ** 63n);
// begin generated: states
const STATES = [
    'unknown',
    'inProgress',
    'finished',
    'failed',
    'finishedWithException',
    'partiallyFinished',
];
// end generated
// begin generated: job_types
const JOB_TYPES = [
    'all',
    'backup',
    'restore',
    'export',
    'deletion',
    'retention',
];
// end generated
// begin generated: object_types
const OBJECT_TYPES = [
    'all',
    'exchangeOnline',
    'sharepointOnline',
    'onedrive',
    'microsoft365Groups',
    'projectOnline',
    'publicFolder',
    'teams',
    'vivaEngage',
    'teamsChat',
    'powerBi',
    'powerAutomate',
    'powerApps',
];
// end generated

/* Counts up to 2^53 are numbers, and above it bigints: nothing is rounded. */
const count = (number) => (number < 0 ? null : number);
/* A Date has years from -271821 to 275760, and the service's texts fewer. */
const date = (ms) => (BigInt(ms) === NO_TIME ? null : new Date(Number(ms)));

/* Text for C, which would end it at a NUL. */
function textIn(name, value) {
    if (value === null || value === undefined) return null;
    if (typeof value !== 'string') throw new TypeError(`${name} is no string`);
    if (value.includes('\0')) throw new RangeError(`${name} holds a NUL`);
    return value;
}

/* Numbers for C, which would cut a larger one. */
function whole(name, value, least, most) {
    if (typeof value !== 'number' || !Number.isInteger(value)) throw new TypeError(`${name} is not a whole number`);
    if (value < least || value > most) throw new RangeError(`${name} is ${value}, wanted ${least} to ${most}`);
    return value;
}
const unsigned = (name, value) => whole(name, value, 0, 2 ** 32 - 1);
const milliseconds = (name, value) => whole(name, value, 1, 2 ** 32 - 1);

/* A Date in Unix milliseconds; null for no limit. */
function moment(name, value) {
    if (value === null) return NO_TIME;
    if (!(value instanceof Date)) throw new TypeError(`${name} is not a Date`);
    if (Number.isNaN(value.getTime())) throw new RangeError(`${name} is an invalid Date`);
    return value.getTime();
}

/* The number of a type that is given by its name or its number. */
function kind(name, value, fromName) {
    if (typeof value !== 'string') return whole(name, value, -(2 ** 31), 2 ** 31 - 1);
    const number = fromName(textIn(name, value));
    if (number < 0) throw new RangeError(`${name} is ${JSON.stringify(value)}, which is not a known name`);
    return number;
}
const jobTypeNumber = (name, value) => kind(name, value, native.cbj_job_type_from_name);
const objectTypeNumber = (name, value) => kind(name, value, native.cbj_object_type_from_name);

function stateNumber(name, value) {
    const number = STATES.indexOf(value);
    if (number < 0) throw new RangeError(`${name} is ${JSON.stringify(value)}, which is not a state`);
    return number;
}

/* For each option of a query: the setter, and the function that converts the value. */
const QUERY = {
    since: [native.cbj_query_set_since_ms, moment],
    until: [native.cbj_query_set_until_ms, moment],
    jobType: [native.cbj_query_set_job_type, jobTypeNumber],
    objectType: [native.cbj_query_set_object_type, objectTypeNumber],
    state: [native.cbj_query_set_state, stateNumber],
    location: [native.cbj_query_set_location, textIn],
    pageSize: [native.cbj_query_set_page_size, unsigned],
    maxJobs: [native.cbj_query_set_max_jobs, unsigned],
};

/* A handle that the caller frees. */
function makeQuery(options) {
    const handle = native.cbj_query_new();
    try {
        for (const [name, value] of Object.entries(options)) {
            if (!Object.hasOwn(QUERY, name)) throw new TypeError(`${JSON.stringify(name)} is not an option of a query`);
            // Only since has a default that null does not mean.
            if (value === undefined || (value === null && name !== 'since')) continue;
            const [setter, convert] = QUERY[name];
            const status = setter(handle, convert(name, value));
            if (status !== 0) throw new CloudBackupError(status, `${name} was refused: ${value}`);
        }
        return handle;
    } catch (error) {
        native.cbj_query_free(handle);
        throw error;
    }
}

/* The name of a type of job with small letters, e.g. 'backup'; null for a number that has no name here. */
const jobTypeName = (type) => native.cbj_job_type_name(jobTypeNumber('type', type));

/* The name of a kind of objects with small letters, e.g. 'exchange-online'; null for a number that has no name here. */
const objectTypeName = (type) => native.cbj_object_type_name(objectTypeNumber('type', type));

/* A call failed. The message is one line for a person. */
class CloudBackupError extends Error {
    constructor(status, message) {
        super(message);
        this.name = 'CloudBackupError';
        this.status = status;
        this.code = native.cbj_status_name(status);
        this.httpStatus = null;
        this.requestId = null;
        this.traceId = null;
        this.retryAfterMs = null;
        this.isRetryable = false;
        this.details = [];
    }
}

/* The error, copied out of its handle, which is freed. */
function takeError(status, handle) {
    try {
        const error = new CloudBackupError(status, native.cbj_error_message(handle) ?? native.cbj_status_name(status));
        error.httpStatus = native.cbj_error_http_status(handle) || null;
        error.requestId = native.cbj_error_request_id(handle);
        error.traceId = native.cbj_error_trace_id(handle);
        error.retryAfterMs = count(native.cbj_error_retry_after_ms(handle));
        error.isRetryable = native.cbj_error_is_retryable(handle) === 1;
        for (let index = 0; index < native.cbj_error_detail_count(handle); index++) {
            error.details.push(Object.freeze({
                code: native.cbj_error_detail_code(handle, index),
                field: native.cbj_error_detail_field(handle, index),
                message: native.cbj_error_detail_message(handle, index),
            }));
        }
        return error;
    } finally {
        native.cbj_error_free(handle);
    }
}

/* The job, copied out of its handle, which is freed. */
function takeJob(handle) {
    try {
        return copyJob(handle);
    } finally {
        native.cbj_job_free(handle);
    }
}

/* The job, copied out of its handle; null for NULL. What the service did not send is null. */
function copyJob(handle) {
    if (!handle) return null;
    const hours = native.cbj_job_duration_hours(handle);
    const errors = [];
    for (let index = 0; index < native.cbj_job_error_count(handle); index++) {
        const hasCode = native.cbj_job_error_has_code(handle, index);
        errors.push(Object.freeze({
            message: native.cbj_job_error_message(handle, index),
            url: native.cbj_job_error_url(handle, index),
            occurrences: count(native.cbj_job_error_occurrences(handle, index)),
            hasCode: hasCode < 0 ? null : hasCode === 1,
        }));
    }
    return Object.freeze({
        id: native.cbj_job_id(handle),
        state: STATES[native.cbj_job_state(handle)] ?? 'unknown',
        stateText: native.cbj_job_state_text(handle),
        isTerminal: native.cbj_state_is_terminal(native.cbj_job_state(handle)) === 1,
        startTime: date(native.cbj_job_start_time_ms(handle)),
        finishTime: date(native.cbj_job_finish_time_ms(handle)),
        startTimeText: native.cbj_job_start_time_text(handle),
        finishTimeText: native.cbj_job_finish_time_text(handle),
        elapsedMs: count(native.cbj_job_elapsed_ms(handle)),
        durationHours: Number.isNaN(hours) ? null : hours,
        durationText: native.cbj_job_duration_text(handle),
        totalCount: count(native.cbj_job_total_count(handle)),
        failedCount: count(native.cbj_job_failed_count(handle)),
        successfulCount: count(native.cbj_job_successful_count(handle)),
        skippedCount: count(native.cbj_job_skipped_count(handle)),
        errors: Object.freeze(errors),
        hasErrorList: native.cbj_job_has_error_list(handle) === 1,
        requestId: native.cbj_job_request_id(handle),
        traceId: native.cbj_job_trace_id(handle),
        responseTime: date(native.cbj_job_response_time_ms(handle)),
        json: native.cbj_job_json(handle),
    });
}

/* The summary, copied out of its handle, which is freed. */
function takeSummary(handle) {
    try {
        const inStates = (read) => Object.fromEntries(STATES.map((state, number) => [state, read(handle, number)]));
        return Object.freeze({
            latest: copyJob(native.cbj_summary_latest(handle)),
            latestEnded: copyJob(native.cbj_summary_latest_ended(handle)),
            latestByState: Object.freeze(inStates((...of) => copyJob(native.cbj_summary_latest_in_state(...of)))),
            count: native.cbj_summary_count(handle),
            countByState: Object.freeze(inStates(native.cbj_summary_count_in_state)),
            totalCount: count(native.cbj_summary_total_count(handle)),
            missingCount: count(native.cbj_summary_missing_count(handle)),
            isComplete: native.cbj_summary_is_complete(handle) === 1,
        });
    } finally {
        native.cbj_summary_free(handle);
    }
}

/* Reads an answer of the service that was saved: the JSON text of the whole envelope. */
function parseJob(envelope) {
    const [job, error] = [[null], [null]];
    const text = textIn('envelope', envelope) ?? '';
    const status = native.cbj_job_parse(text, Buffer.byteLength(text), job, error);
    if (status !== 0) throw takeError(status, error[0]);
    return takeJob(job[0]);
}

/* The version of the library that is loaded. */
const version = () => native.cbj_version();

/* Whether that library has a part: 'certificate' or 'system-trust'. */
const hasFeature = (name) => native.cbj_has_feature(textIn('name', name)) === 1;

/* A client that nobody closed is freed with its object. */
const abandoned = new FinalizationRegistry((handle) => native.cbj_client_free(handle));

/* The same for a list that was not read to its end. */
const abandonedLists = new FinalizationRegistry((held) => freeList(held));

/* Tells the constructor of Client that it gets a handle. */
const SHARED = Symbol('shared');

class Client {
    #handle;
    #calls = 0;
    #closed = false;
    #cancelled = false;
    /* The handles of calls and lists that have a signal: clients that share everything but the cancel. */
    #lent = new Set();

    /* Not for programs: see fromEnvironment, fromFile and fromOptions. */
    constructor(configure, shared) {
        if (shared === SHARED) this.#handle = configure;
        else this.#handle = Client.#configured(configure);
        abandoned.register(this, this.#handle, this);
    }

    static #configured(configure) {
        if (typeof configure !== 'function') throw new TypeError('use Client.fromEnvironment, fromFile or fromOptions');
        const config = native.cbj_config_new();
        try {
            configure(config);
            const [client, error] = [[null], [null]];
            const status = native.cbj_client_new(config, client, error);
            if (status !== 0) throw takeError(status, error[0]);
            return client[0];
        } finally {
            native.cbj_config_free(config);
        }
    }

    /* Configured by the variables CBJ_DATA_CENTER, CBJ_CLIENT_ID and so on; where both have an option, `options` win. */
    static fromEnvironment(options = {}) {
        return new Client((config) => {
            fallible((error) => native.cbj_config_load_env(config, error));
            setOptions(config, options);
        });
    }

    /* Configured by a file: one JSON object with the names of the options; `options` win here, too. */
    static fromFile(file, options = {}) {
        const text = textIn('file', file);
        return new Client((config) => {
            fallible((error) => native.cbj_config_load_file(config, text, error));
            setOptions(config, options);
        });
    }

    /* Configured by the options of the type Options, and by nothing else. */
    static fromOptions(options) {
        return new Client((config) => setOptions(config, options));
    }

    /* Retrieves one job. The event loop goes on meanwhile. */
    async getJob(jobId, location = null) {
        const [id, where] = [textIn('jobId', jobId), textIn('location', location)];
        return this.#make(null, takeJob, (handle, ...rest) => native.cbj_client_get_job.async(handle, id, where, ...rest));
    }

    /*
     * Waits until a job has ended, well or not. timeoutMs: the time of the whole wait. pollIntervalMs: the time between two
     * polls; 30000 if it is left out. signal: an AbortSignal that ends this wait and no other
     * call. Until it ends, the wait takes a thread of libuv's pool, which has four unless UV_THREADPOOL_SIZE says otherwise.
     */
    async waitJob(jobId, { timeoutMs, pollIntervalMs = null, location = null, signal = null }) {
        const [id, where] = [textIn('jobId', jobId), textIn('location', location)];
        const interval = pollIntervalMs === null ? 0 : milliseconds('pollIntervalMs', pollIntervalMs);
        const timeout = milliseconds('timeoutMs', timeoutMs);
        return this.#make(signal, takeJob, (handle, ...rest) =>
            native.cbj_client_wait_job.async(handle, id, where, interval, timeout, ...rest));
    }

    /* Lists the jobs that match a query, for `for await`. The first page is fetched for the first job. */
    listJobs({ signal = null, ...query } = {}) {
        this.#mustBeOpen();
        const words = makeQuery(query);
        const lent = this.#lend(signal);
        const begin = (...rest) => native.cbj_client_list_jobs.async(lent.handle, words, ...rest);
        return new JobList(words, lent, (call) => this.#run(signal, call), begin);
    }

    /* A summary of the jobs that match a query. Reads all pages within the time of one call. */
    async summarizeJobs({ signal = null, ...query } = {}) {
        const words = makeQuery(query);
        try {
            return await this.#make(signal, takeSummary, (handle, ...rest) =>
                native.cbj_client_summarize_jobs.async(handle, words, ...rest));
        } finally {
            native.cbj_query_free(words);
        }
    }

    /* Another client on the same connections and token, with a time and a cancel of its own. Close it like any other. */
    share() {
        return new Client(this.#share(), SHARED);
    }

    /* Sets the milliseconds that a whole call may take, for calls that begin from now on. */
    setTimeoutMs(ms) {
        this.#mustBeOpen();
        const status = native.cbj_client_set_timeout_ms(this.#handle, milliseconds('ms', ms));
        if (status !== 0) throw new CloudBackupError(status, 'the timeout was refused');
    }

    /* Replaces the token of a client that was made with one. */
    setAccessToken(token) {
        this.#mustBeOpen();
        const status = native.cbj_client_set_access_token(this.#handle, textIn('token', token));
        if (status !== 0) {
            throw new CloudBackupError(status, 'the access token was refused: empty, too long or no token, or this client gets its own');
        }
    }

    /* Ends the calls under way, and those to come until resume(). */
    cancel() {
        if (this.#closed) return;
        this.#cancelled = true;
        for (const handle of [this.#handle, ...this.#lent]) native.cbj_client_cancel(handle);
    }

    /* Takes cancel() back. */
    resume() {
        if (this.#closed) return;
        this.#cancelled = false;
        for (const handle of [this.#handle, ...this.#lent]) native.cbj_client_resume(handle);
    }

    /* Cancels what is under way, and frees the client when that has ended. */
    close() {
        if (this.#closed) return;
        this.cancel();
        this.#closed = true;
        abandoned.unregister(this);
        this.#freeIfOver();
    }

    #freeIfOver() {
        if (this.#closed && this.#calls === 0) native.cbj_client_free(this.#handle);
    }

    #mustBeOpen() {
        if (this.#closed) throw new Error('the client is closed');
    }

    #share() {
        this.#mustBeOpen();
        const other = [null];
        fallible((error) => native.cbj_client_share(this.#handle, other, error));
        return other[0];
    }

    /* A handle for calls that a signal can end without ending others, and the function that gives the handle back. Without a
     * signal it is the client's own handle. */
    #lend(signal) {
        if (signal === null) return { handle: this.#handle, giveBack() {} };
        const handle = this.#share();
        if (this.#cancelled) native.cbj_client_cancel(handle);
        this.#lent.add(handle);
        const abort = () => native.cbj_client_cancel(handle);
        signal.addEventListener('abort', abort);
        const giveBack = () => {
            signal.removeEventListener('abort', abort);
            this.#lent.delete(handle);
            native.cbj_client_free(handle);
        };
        return { handle, giveBack };
    }

    /* What a call makes: `begin` gets the handle of a client, the places for what is made and for an error, and a callback. */
    async #make(signal, take, begin) {
        this.#mustBeOpen();
        const lent = this.#lend(signal);
        try {
            return take(await this.#run(signal, (...rest) => begin(lent.handle, ...rest)));
        } finally {
            lent.giveBack();
        }
    }

    /* Runs a call on a thread of libuv's pool: the handle that it makes, which may be NULL. */
    #run(signal, begin) {
        return new Promise((resolve, reject) => {
            this.#mustBeOpen();
            signal?.throwIfAborted();
            const [made, error] = [[null], [null]];
            this.#calls++;
            begin(made, error, (failure, status) => {
                this.#calls--;
                this.#freeIfOver();
                if (failure) reject(failure);
                else if (status === 0) resolve(made[0]);
                else reject(signal?.aborted ? (native.cbj_error_free(error[0]), signal.reason) : takeError(status, error[0]));
            });
        });
    }
}

/* The jobs of listJobs(), in the service's order, each of them once. The next page is fetched when it is needed. */
class JobList {
    #run;
    #begin;
    #held;
    #last = Promise.resolve();
    #total = null;
    #missing = null;
    #complete = false;

    /* Not for programs: see Client.listJobs. `words`: a query, which the list frees. */
    constructor(words, lent, run, begin) {
        this.#run = run;
        this.#begin = begin;
        this.#held = { words, lent, iter: null };
        abandonedLists.register(this, this.#held, this);
    }

    /* How many jobs there are, as the service said last; it counts whole days. null before the first page. */
    get totalCount() {
        return this.#total;
    }

    /* How many jobs the service says it has and did not send. null where the number is unknown, and before the end. */
    get missingCount() {
        return this.#missing;
    }

    /* Whether the list has ended and no job is known to be missing. */
    get isComplete() {
        return this.#complete;
    }

    /* The next job. After a failure another call asks for the same page again. */
    next() {
        return this.#after(() => this.#next());
    }

    /* Ends the list: `break` in a `for await` calls it. */
    return(value) {
        return this.#after(() => {
            this.#free();
            return { done: true, value };
        });
    }

    [Symbol.asyncIterator]() {
        return this;
    }

    /* A list belongs to one call at a time: the next begins when the last has ended. */
    #after(action) {
        const result = this.#last.then(action);
        this.#last = result.catch(() => {});
        return result;
    }

    async #next() {
        const held = this.#held;
        if (held === null) return { done: true, value: undefined };
        held.iter ??= await this.#run(this.#begin);
        this.#look(held.iter);
        const job = await this.#run((...rest) => native.cbj_job_iter_next.async(held.iter, ...rest));
        this.#look(held.iter);
        if (job) return { done: false, value: takeJob(job) };
        this.#free();
        return { done: true, value: undefined };
    }

    #look(iter) {
        this.#total = count(native.cbj_job_iter_total_count(iter));
        this.#missing = count(native.cbj_job_iter_missing_count(iter));
        this.#complete = native.cbj_job_iter_is_complete(iter) === 1;
    }

    #free() {
        if (this.#held === null) return;
        abandonedLists.unregister(this);
        freeList(this.#held);
        this.#held = null;
    }
}

function freeList({ words, lent, iter }) {
    native.cbj_query_free(words);
    if (iter !== null) native.cbj_job_iter_free(iter);
    lent.giveBack();
}

function fallible(call) {
    const error = [null];
    const status = call(error);
    if (status !== 0) throw takeError(status, error[0]);
}

/* The library's names have underscores: timeout_ms for timeoutMs. */
function setOptions(config, options) {
    for (const [name, value] of Object.entries(options)) {
        if (value === undefined || value === null) continue;
        if (!['string', 'number', 'bigint', 'boolean'].includes(typeof value)) {
            throw new TypeError(`${name} is no string, number or boolean`);
        }
        const option = textIn('the name of an option', name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
        const text = textIn(name, String(value));
        fallible((error) => native.cbj_config_set_option(config, option, text, error));
    }
}

module.exports = {
    Client,
    CloudBackupError,
    hasFeature,
    jobTypeName,
    jobTypes: Object.freeze(JOB_TYPES),
    objectTypeName,
    objectTypes: Object.freeze(OBJECT_TYPES),
    parseJob,
    version,
};

// The program.

function report(job) {
    const when = (time, text) => {
        if (time === null) return text === null ? '-' : `${text}   (not a date that can be read)`;
        return `${time.toISOString().replace('T', ' ').replace(/\..*/, ' +0000')}   (${text})`;
    };
    const took = () => {
        if (job.elapsedMs === null) return job.durationHours === null ? '-' : `${job.durationHours} h`;
        const seconds = Math.floor(Number(job.elapsedMs) / 1000);
        const hours = seconds >= 3600 ? `${Math.floor(seconds / 3600)} h ` : '';
        const minutes = seconds >= 60 ? `${Math.floor(seconds / 60) % 60} min ` : '';
        return `${hours}${minutes}${seconds % 60} s`;
    };
    const known = job.state === 'unknown' ? '   (not a state that this version knows)' : '';
    console.log(`Job ${job.id ?? '(without an id)'}`);
    console.log(`  State       ${job.stateText ?? 'not reported'}${known}`);
    console.log(`  Started     ${when(job.startTime, job.startTimeText)}`);
    console.log(`  Finished    ${when(job.finishTime, job.finishTimeText)}`);
    console.log(`  Took        ${took()}`);
    console.log(`  Objects     ${job.totalCount ?? '?'} in all: ${job.successfulCount ?? '?'} successful, ` +
        `${job.failedCount ?? '?'} failed, ${job.skippedCount ?? '?'} skipped`);
    job.errors.forEach((error, index) => {
        const times = error.occurrences === null ? '' : `${error.occurrences} x `;
        console.log(`  ${(index ? '' : 'Top errors').padEnd(11)} ${times}${error.message ?? '(without a text)'}`);
        if (error.url !== null) console.log(`  ${''.padEnd(11)}   ${error.url}`);
    });
    if (job.requestId !== null) console.log(`  Request id  ${job.requestId}`);
}

function explain(error) {
    console.error(error.message);
    console.error(`  Status      ${error.code}`);
    if (error.httpStatus !== null) console.error(`  HTTP        ${error.httpStatus}`);
    error.details.forEach((detail, index) => {
        const field = detail.field === null ? '' : ` ${detail.field}`;
        console.error(`  ${(index ? '' : 'Details').padEnd(11)} ${detail.code ?? '-'}${field}: ${detail.message ?? '-'}`);
    });
    const later = error.isRetryable ? 'later' : 'after a change';
    console.error(`  Try again   ${error.retryAfterMs === null ? later : `in ${Math.ceil(Number(error.retryAfterMs) / 1000)} s`}`);
    if (error.requestId !== null) console.error(`  Request id  ${error.requestId}`);
    if (error.traceId !== null) console.error(`  Trace id    ${error.traceId}`);
}

async function list(client) {
    const jobs = client.listJobs({ since: null, pageSize: 2 });
    let found = 0;
    for await (const job of jobs) {
        printLine(job);
        found++;
    }
    console.log(`${found} jobs, ${completeness(jobs)}`);
}

async function summarize(client) {
    const summary = await client.summarizeJobs({ since: null, pageSize: 2 });
    console.log(`latest ${summary.latest?.id ?? '-'}`);
    console.log(`latest ended ${summary.latestEnded?.id ?? '-'}`);
    console.log(`failed ${summary.countByState.failed}`);
    console.log(completeness(summary));
}

async function wait(client, jobId) {
    printLine(await client.waitJob(jobId, { pollIntervalMs: 50, timeoutMs: 10000 }));
}

const printLine = (job) => console.log(`${job.id ?? '-'} ${job.stateText ?? '-'}`);
const completeness = (jobs) => (jobs.isComplete ? 'complete' : 'incomplete');

/* What the arguments ask for; null for wrong usage. */
function command([first, ...rest]) {
    if (first === 'list' && rest.length === 0) return list;
    if (first === 'summary' && rest.length === 0) return summarize;
    if (first === 'wait') return rest.length === 1 ? (client) => wait(client, rest[0]) : null;
    return first !== undefined && rest.length === 0 ? async (client) => report(await client.getJob(first)) : null;
}

async function main(args) {
    const run = command(args);
    if (run === null) {
        console.error('usage: cloudbackupjobs.js JOB_ID | list | summary | wait JOB_ID');
        return 2;
    }
    try {
        const client = Client.fromEnvironment();
        try {
            await run(client);
        } finally {
            client.close();
        }
        return 0;
    } catch (error) {
        if (!(error instanceof CloudBackupError)) throw error;
        explain(error);
        return 1;
    }
}

if (require.main === module) {
    main(process.argv.slice(2)).then((status) => {
        process.exitCode = status;
    });
}
