'use strict';

/*
 * The details of one Cloud Backup for Microsoft 365 job, by the C library cloudbackupjobs. Not affiliated with AvePoint.
 *
 *     const { Client } = require('cloudbackupjobs');
 *
 *     const client = Client.fromEnvironment();
 *     const job = await client.getJob('FB20241015105312327583');
 *     console.log(job.state, job.failedCount);
 *     client.close();
 *
 * Client.fromOptions({ dataCenter: 'us', clientId: '...', clientSecretFile: '/run/secrets/cbj', timeoutMs: 5000 }) takes these
 * options alone; Client.fromEnvironment({ timeoutMs: 5000 }) takes the environment's, and where both are given this one.
 *
 * As a program it prints a job, configured by the environment (CBJ_DATA_CENTER, CBJ_CLIENT_ID ...):
 *
 *     node cloudbackupjobs.js JOB_ID
 *
 * The library is looked for beside this file, and then where the system has its libraries; CBJ_LIBRARY names another file.
 * Calls run on threads of libuv's pool: the event loop goes on while one waits, and Ctrl-C is not held up by one.
 */

const fs = require('node:fs');
const path = require('node:path');
const koffi = require('koffi');

const BESIDE = path.join(__dirname, 'libcloudbackupjobs.so.1');
const library = load(process.env.CBJ_LIBRARY || (fs.existsSync(BESIDE) ? BESIDE : 'libcloudbackupjobs.so.1'));

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
    cbj_client_set_access_token: library.func('int32_t cbj_client_set_access_token(void *client, const char *token)'),
    cbj_client_cancel: library.func('void cbj_client_cancel(void *client)'),
    cbj_client_resume: library.func('void cbj_client_resume(void *client)'),
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
const STATES = ['unknown', 'inProgress', 'finished', 'failed', 'finishedWithException', 'partiallyFinished'];
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

/* The job, copied out of its handle, which is freed. What the service did not send is null. */
function takeJob(handle) {
    try {
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
            requestId: native.cbj_job_request_id(handle),
            traceId: native.cbj_job_trace_id(handle),
            responseTime: date(native.cbj_job_response_time_ms(handle)),
            json: native.cbj_job_json(handle),
        });
    } finally {
        native.cbj_job_free(handle);
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

class Client {
    #handle;
    #calls = 0;
    #closed = false;

    /* Not for programs: see fromEnvironment, fromFile and fromOptions. */
    constructor(configure) {
        if (typeof configure !== 'function') throw new TypeError('use Client.fromEnvironment, fromFile or fromOptions');
        const config = native.cbj_config_new();
        try {
            configure(config);
            const [client, error] = [[null], [null]];
            const status = native.cbj_client_new(config, client, error);
            if (status !== 0) throw takeError(status, error[0]);
            this.#handle = client[0];
        } finally {
            native.cbj_config_free(config);
        }
        abandoned.register(this, this.#handle, this);
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
    getJob(jobId, location = null) {
        return new Promise((resolve, reject) => {
            if (this.#closed) throw new Error('the client is closed');
            const [job, error] = [[null], [null]];
            const [id, where] = [textIn('jobId', jobId), textIn('location', location)];
            this.#calls++;
            native.cbj_client_get_job.async(this.#handle, id, where, job, error, (failure, status) => {
                this.#calls--;
                this.#freeIfOver();
                if (failure) reject(failure);
                else if (status !== 0) reject(takeError(status, error[0]));
                else resolve(takeJob(job[0]));
            });
        });
    }

    /* Replaces the token of a client that was made with one. */
    setAccessToken(token) {
        if (this.#closed) throw new Error('the client is closed');
        const status = native.cbj_client_set_access_token(this.#handle, textIn('token', token));
        if (status !== 0) {
            throw new CloudBackupError(status, 'the access token was refused: empty, too long or no token, or this client gets its own');
        }
    }

    /* Ends the calls under way, and those to come until resume(). */
    cancel() {
        if (!this.#closed) native.cbj_client_cancel(this.#handle);
    }

    /* Takes cancel() back. */
    resume() {
        if (!this.#closed) native.cbj_client_resume(this.#handle);
    }

    /* Cancels what is under way, and frees the client when that has ended. */
    close() {
        if (this.#closed) return;
        this.#closed = true;
        abandoned.unregister(this);
        native.cbj_client_cancel(this.#handle);
        this.#freeIfOver();
    }

    #freeIfOver() {
        if (this.#closed && this.#calls === 0) native.cbj_client_free(this.#handle);
    }
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

module.exports = { Client, CloudBackupError, hasFeature, parseJob, version };

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

async function main(args) {
    if (args.length !== 1) {
        console.error('usage: cloudbackupjobs.js JOB_ID');
        return 2;
    }
    try {
        const client = Client.fromEnvironment();
        try {
            report(await client.getJob(args[0]));
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
