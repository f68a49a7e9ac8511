-- Prints a backup job by way of the C library cloudbackupjobs, called through LuaJIT's ffi.
--
--     CBJ_DATA_CENTER=us CBJ_CLIENT_ID=... CBJ_CLIENT_SECRET_FILE=... luajit job_report.lua JOB_ID
--
-- What comes before "The program" is made to be copied. Functions that fail answer nil and an error, as Lua's own do.
-- Options beside the environment's are a table:
--
--     Client.from_environment({ data_center = "us", client_id = "...", client_secret_file = "/run/secrets/cbj", timeout_ms = 5000 })
--
-- The system's loader looks for the library; LD_LIBRARY_PATH names other folders. Ctrl-C ends the program luajit after
-- the call, and a second one at once.

local ffi = require("ffi")

ffi.cdef([[
// begin generated: declarations
typedef struct cbj_client cbj_client;
typedef struct cbj_config cbj_config;
typedef struct cbj_error cbj_error;
typedef struct cbj_job cbj_job;
typedef struct cbj_job_iter cbj_job_iter;
typedef struct cbj_query cbj_query;
typedef struct cbj_summary cbj_summary;
typedef int32_t cbj_job_type;
typedef int32_t cbj_log_level;
typedef int32_t cbj_object_type;
typedef int32_t cbj_state;
typedef int32_t cbj_status;
typedef int32_t cbj_trust;
const char *cbj_status_name(cbj_status status);
const char *cbj_error_message(const cbj_error *error);
int32_t cbj_error_http_status(const cbj_error *error);
const char *cbj_error_request_id(const cbj_error *error);
const char *cbj_error_trace_id(const cbj_error *error);
int64_t cbj_error_retry_after_ms(const cbj_error *error);
int32_t cbj_error_is_retryable(const cbj_error *error);
size_t cbj_error_detail_count(const cbj_error *error);
const char *cbj_error_detail_code(const cbj_error *error, size_t index);
const char *cbj_error_detail_field(const cbj_error *error, size_t index);
const char *cbj_error_detail_message(const cbj_error *error, size_t index);
void cbj_error_free(cbj_error *error);
cbj_config *cbj_config_new(void);
void cbj_config_free(cbj_config *config);
cbj_status cbj_config_load_env(cbj_config *config, cbj_error **error);
cbj_status cbj_config_set_option(cbj_config *config, const char *name, const char *value, cbj_error **error);
cbj_status cbj_client_new(const cbj_config *config, cbj_client **client, cbj_error **error);
void cbj_client_free(cbj_client *client);
cbj_status cbj_client_get_job(cbj_client *client, const char *job_id, const char *location, cbj_job **job, cbj_error **error);
void cbj_job_free(cbj_job *job);
const char *cbj_job_id(const cbj_job *job);
cbj_state cbj_job_state(const cbj_job *job);
const char *cbj_job_state_text(const cbj_job *job);
int64_t cbj_job_start_time_ms(const cbj_job *job);
int64_t cbj_job_finish_time_ms(const cbj_job *job);
const char *cbj_job_start_time_text(const cbj_job *job);
const char *cbj_job_finish_time_text(const cbj_job *job);
int64_t cbj_job_elapsed_ms(const cbj_job *job);
double cbj_job_duration_hours(const cbj_job *job);
int64_t cbj_job_total_count(const cbj_job *job);
int64_t cbj_job_failed_count(const cbj_job *job);
int64_t cbj_job_successful_count(const cbj_job *job);
int64_t cbj_job_skipped_count(const cbj_job *job);
size_t cbj_job_error_count(const cbj_job *job);
const char *cbj_job_error_message(const cbj_job *job, size_t index);
const char *cbj_job_error_url(const cbj_job *job, size_t index);
int64_t cbj_job_error_occurrences(const cbj_job *job, size_t index);
const char *cbj_job_request_id(const cbj_job *job);
// end generated
]])

local lib = ffi.load("libcloudbackupjobs.so.1")
local NO_TIME = -0x7fffffffffffffffLL - 1
-- begin generated: states
local STATES = { "in progress", "finished", "failed", "finished with exception", "partially finished" }
-- end generated

local function text(found)
    if found ~= nil then
        return ffi.string(found)
    end
end

-- An int64_t, which a number of Lua does not hold: counts stay as they are, and tostring() of them ends with LL.
local function count(found)
    if found >= 0 then
        return found
    end
end

local function digits(number)
    return number and (tostring(number):gsub("LL$", "")) or "?"
end

-- Seconds since 1970, as os.date takes them, rounded downwards.
local function seconds(ms)
    if ms ~= NO_TIME then
        return math.floor(tonumber(ms) / 1000)
    end
end

-- Text for C, which would end it at a NUL.
local function text_in(name, value)
    if value ~= nil and value:find("\0", 1, true) then
        error(name .. " holds a NUL", 3)
    end
    return value
end

-- The error, copied out of its handle, which is freed.
local function take_error(status, place)
    local handle = place[0]
    local http_status = lib.cbj_error_http_status(handle)
    local failure = {
        status = status,
        status_name = text(lib.cbj_status_name(status)),
        message = text(lib.cbj_error_message(handle)),
        http_status = http_status ~= 0 and http_status or nil,
        request_id = text(lib.cbj_error_request_id(handle)),
        trace_id = text(lib.cbj_error_trace_id(handle)),
        retry_after_ms = count(lib.cbj_error_retry_after_ms(handle)),
        is_retryable = lib.cbj_error_is_retryable(handle) == 1,
        details = {},
    }
    for index = 0, tonumber(lib.cbj_error_detail_count(handle)) - 1 do
        failure.details[index + 1] = {
            code = text(lib.cbj_error_detail_code(handle, index)),
            field = text(lib.cbj_error_detail_field(handle, index)),
            message = text(lib.cbj_error_detail_message(handle, index)),
        }
    end
    lib.cbj_error_free(handle)
    return setmetatable(failure, { __tostring = function(self) return self.message end })
end

-- The job, copied out of its handle, which is freed. What the service did not send is nil.
local function take_job(handle)
    local hours = lib.cbj_job_duration_hours(handle)
    local job = {
        id = text(lib.cbj_job_id(handle)),
        state = STATES[lib.cbj_job_state(handle)],
        state_text = text(lib.cbj_job_state_text(handle)),
        start_time = seconds(lib.cbj_job_start_time_ms(handle)),
        finish_time = seconds(lib.cbj_job_finish_time_ms(handle)),
        start_time_text = text(lib.cbj_job_start_time_text(handle)),
        finish_time_text = text(lib.cbj_job_finish_time_text(handle)),
        elapsed_ms = count(lib.cbj_job_elapsed_ms(handle)),
        duration_hours = hours == hours and hours or nil,
        total_count = count(lib.cbj_job_total_count(handle)),
        failed_count = count(lib.cbj_job_failed_count(handle)),
        successful_count = count(lib.cbj_job_successful_count(handle)),
        skipped_count = count(lib.cbj_job_skipped_count(handle)),
        request_id = text(lib.cbj_job_request_id(handle)),
        errors = {},
    }
    for index = 0, tonumber(lib.cbj_job_error_count(handle)) - 1 do
        job.errors[index + 1] = {
            message = text(lib.cbj_job_error_message(handle, index)),
            url = text(lib.cbj_job_error_url(handle, index)),
            occurrences = count(lib.cbj_job_error_occurrences(handle, index)),
        }
    end
    lib.cbj_job_free(handle)
    return job
end

local Client = {}
Client.__index = Client

-- Configured by the environment and by options with the names of the library's configuration file. Where both have an
-- option, the one given here wins. Freed when it is collected.
function Client.from_environment(options)
    local config = ffi.gc(lib.cbj_config_new(), lib.cbj_config_free)
    local client, failure = ffi.new("cbj_client *[1]"), ffi.new("cbj_error *[1]")
    local status = lib.cbj_config_load_env(config, failure)
    for name, value in pairs(options or {}) do
        if status == 0 then
            status = lib.cbj_config_set_option(config, text_in("an option's name", tostring(name)),
                text_in(name, tostring(value)), failure)
        end
    end
    if status == 0 then
        status = lib.cbj_client_new(config, client, failure)
    end
    if status ~= 0 then
        return nil, take_error(status, failure)
    end
    return setmetatable({ handle = ffi.gc(client[0], lib.cbj_client_free) }, Client)
end

function Client:get_job(job_id, location)
    local job, failure = ffi.new("cbj_job *[1]"), ffi.new("cbj_error *[1]")
    local status = lib.cbj_client_get_job(self.handle, text_in("job_id", job_id), text_in("location", location), job, failure)
    if status ~= 0 then
        return nil, take_error(status, failure)
    end
    return take_job(job[0])
end

-- The program.

local function moment(time, sent)
    if not time then
        return sent and sent .. "   (not a date that can be read)" or "-"
    end
    return os.date("!%Y-%m-%d %H:%M:%S +0000", time) .. "   (" .. sent .. ")"
end

local function took(job)
    if not job.elapsed_ms then
        return job.duration_hours and ("%g h"):format(job.duration_hours) or "-"
    end
    local whole = math.floor(tonumber(job.elapsed_ms) / 1000)
    local hours = whole >= 3600 and ("%d h "):format(whole / 3600) or ""
    local minutes = whole >= 60 and ("%d min "):format(math.floor(whole / 60) % 60) or ""
    return hours .. minutes .. whole % 60 .. " s"
end

local function report(job)
    print("Job " .. (job.id or "(without an id)"))
    print("  State       " .. (job.state_text or "not reported")
        .. (job.state and "" or "   (not a state that this version knows)"))
    print("  Started     " .. moment(job.start_time, job.start_time_text))
    print("  Finished    " .. moment(job.finish_time, job.finish_time_text))
    print("  Took        " .. took(job))
    print(("  Objects     %s in all: %s successful, %s failed, %s skipped"):format(digits(job.total_count),
        digits(job.successful_count), digits(job.failed_count), digits(job.skipped_count)))
    for index, each in ipairs(job.errors) do
        local times = each.occurrences and digits(each.occurrences) .. " x " or ""
        print(("  %-11s %s%s"):format(index == 1 and "Top errors" or "", times, each.message or "(without a text)"))
        if each.url then
            print(("  %-11s   %s"):format("", each.url))
        end
    end
    if job.request_id then
        print("  Request id  " .. job.request_id)
    end
end

local function explain(failure)
    local function say(...)
        io.stderr:write(("%s\n"):format(table.concat({ ... })))
    end
    say(tostring(failure))
    say("  Status      ", failure.status_name)
    if failure.http_status then
        say("  HTTP        ", failure.http_status)
    end
    for index, detail in ipairs(failure.details) do
        local field = detail.field and " " .. detail.field or ""
        say(("  %-11s "):format(index == 1 and "Details" or ""), detail.code or "-", field, ": ", detail.message or "-")
    end
    if failure.retry_after_ms then
        say("  Try again   in ", math.ceil(tonumber(failure.retry_after_ms) / 1000), " s")
    else
        say("  Try again   ", failure.is_retryable and "later" or "after a change")
    end
    if failure.request_id then
        say("  Request id  ", failure.request_id)
    end
    if failure.trace_id then
        say("  Trace id    ", failure.trace_id)
    end
end

if #arg ~= 1 then
    io.stderr:write("usage: job_report.lua JOB_ID\n")
    os.exit(2)
end
local client, failure = Client.from_environment()
local job
if client then
    job, failure = client:get_job(arg[1])
end
if not job then
    explain(failure)
    os.exit(1)
end
report(job)
