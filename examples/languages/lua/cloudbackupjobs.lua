-- Backup jobs by way of the C library cloudbackupjobs, called through LuaJIT's ffi. Copy this file.
--
-- Functions that fail answer nil and an error, as Lua's own do. Options beside the environment's are a table:
--
--     Client.from_environment({ data_center = "us", client_id = "...", client_secret_file = "/run/secrets/cbj", timeout_ms = 5000 })
--
-- Jobs are listed page by page; in a loop an error is raised, as by io.lines:
--
--     for job in client:list_jobs({ object_type = "exchange online", state = "failed" }) do ... end
--
-- The library's file is looked for beside this file, and then where the system has its libraries: LD_LIBRARY_PATH names other
-- folders on Linux, PATH on Windows. Ctrl-C ends the program luajit after the call, and a second one at once.

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
const char *cbj_version(void);
int32_t cbj_has_feature(const char *name);
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
cbj_status cbj_config_load_file(cbj_config *config, const char *path, cbj_error **error);
cbj_status cbj_config_set_option(cbj_config *config, const char *name, const char *value, cbj_error **error);
cbj_status cbj_client_new(const cbj_config *config, cbj_client **client, cbj_error **error);
void cbj_client_free(cbj_client *client);
cbj_status cbj_client_get_job(cbj_client *client, const char *job_id, const char *location, cbj_job **job, cbj_error **error);
cbj_status cbj_client_wait_job(cbj_client *client, const char *job_id, const char *location, uint32_t poll_interval_ms, uint32_t timeout_ms, cbj_job **job, cbj_error **error);
cbj_status cbj_client_share(cbj_client *client, cbj_client **other, cbj_error **error);
cbj_status cbj_client_set_timeout_ms(cbj_client *client, uint32_t ms);
cbj_status cbj_client_set_access_token(cbj_client *client, const char *token);
const char *cbj_job_type_name(cbj_job_type job_type);
cbj_job_type cbj_job_type_from_name(const char *name);
const char *cbj_object_type_name(cbj_object_type object_type);
cbj_object_type cbj_object_type_from_name(const char *name);
cbj_query *cbj_query_new(void);
void cbj_query_free(cbj_query *query);
cbj_status cbj_query_set_since_ms(cbj_query *query, int64_t unix_ms);
cbj_status cbj_query_set_until_ms(cbj_query *query, int64_t unix_ms);
cbj_status cbj_query_set_job_type(cbj_query *query, cbj_job_type job_type);
cbj_status cbj_query_set_object_type(cbj_query *query, cbj_object_type object_type);
cbj_status cbj_query_set_state(cbj_query *query, cbj_state state);
cbj_status cbj_query_set_location(cbj_query *query, const char *location);
cbj_status cbj_query_set_page_size(cbj_query *query, uint32_t jobs);
cbj_status cbj_query_set_max_jobs(cbj_query *query, uint32_t jobs);
cbj_status cbj_client_list_jobs(cbj_client *client, const cbj_query *query, cbj_job_iter **iter, cbj_error **error);
cbj_status cbj_job_iter_next(cbj_job_iter *iter, cbj_job **job, cbj_error **error);
int64_t cbj_job_iter_total_count(const cbj_job_iter *iter);
int64_t cbj_job_iter_missing_count(const cbj_job_iter *iter);
int32_t cbj_job_iter_is_complete(const cbj_job_iter *iter);
void cbj_job_iter_free(cbj_job_iter *iter);
cbj_status cbj_client_summarize_jobs(cbj_client *client, const cbj_query *query, cbj_summary **summary, cbj_error **error);
const cbj_job *cbj_summary_latest(const cbj_summary *summary);
const cbj_job *cbj_summary_latest_ended(const cbj_summary *summary);
const cbj_job *cbj_summary_latest_in_state(const cbj_summary *summary, cbj_state state);
int64_t cbj_summary_count(const cbj_summary *summary);
int64_t cbj_summary_count_in_state(const cbj_summary *summary, cbj_state state);
int64_t cbj_summary_total_count(const cbj_summary *summary);
int64_t cbj_summary_missing_count(const cbj_summary *summary);
int32_t cbj_summary_is_complete(const cbj_summary *summary);
void cbj_summary_free(cbj_summary *summary);
cbj_status cbj_job_parse(const char *json, size_t length, cbj_job **job, cbj_error **error);
void cbj_job_free(cbj_job *job);
const char *cbj_job_id(const cbj_job *job);
cbj_state cbj_job_state(const cbj_job *job);
const char *cbj_job_state_text(const cbj_job *job);
int32_t cbj_state_is_terminal(cbj_state state);
int64_t cbj_job_start_time_ms(const cbj_job *job);
int64_t cbj_job_finish_time_ms(const cbj_job *job);
const char *cbj_job_start_time_text(const cbj_job *job);
const char *cbj_job_finish_time_text(const cbj_job *job);
int64_t cbj_job_elapsed_ms(const cbj_job *job);
double cbj_job_duration_hours(const cbj_job *job);
const char *cbj_job_duration_text(const cbj_job *job);
int64_t cbj_job_total_count(const cbj_job *job);
int64_t cbj_job_failed_count(const cbj_job *job);
int64_t cbj_job_successful_count(const cbj_job *job);
int64_t cbj_job_skipped_count(const cbj_job *job);
size_t cbj_job_error_count(const cbj_job *job);
int32_t cbj_job_has_error_list(const cbj_job *job);
const char *cbj_job_error_message(const cbj_job *job, size_t index);
const char *cbj_job_error_url(const cbj_job *job, size_t index);
int64_t cbj_job_error_occurrences(const cbj_job *job, size_t index);
int32_t cbj_job_error_has_code(const cbj_job *job, size_t index);
const char *cbj_job_request_id(const cbj_job *job);
const char *cbj_job_trace_id(const cbj_job *job);
int64_t cbj_job_response_time_ms(const cbj_job *job);
const char *cbj_job_json(const cbj_job *job);
// end generated
]])

-- begin generated: library
local LIBRARIES = { Windows = "cloudbackupjobs.dll", OSX = "libcloudbackupjobs.1.dylib" }
local LIBRARY = LIBRARIES[ffi.os] or "libcloudbackupjobs.so.1"
-- end generated

-- The path of the library's file beside this one, or its name where there is none.
local function library_path()
    local folder = debug.getinfo(1, "S").source:match("^@(.*[/\\])") or "./"
    local file = io.open(folder .. LIBRARY, "rb")
    if not file then
        return LIBRARY
    end
    file:close()
    return folder .. LIBRARY
end

local lib = ffi.load(library_path())
local NO_TIME = -0x7fffffffffffffffLL - 1
-- begin generated: states
local STATES = { "in progress", "finished", "failed", "finished with exception", "partially finished" }
-- end generated

-- begin generated: job_types
local JobType = {
    ALL = 0,
    BACKUP = 1,
    RESTORE = 2,
    EXPORT = 3,
    DELETION = 4,
    RETENTION = 5,
}
-- end generated

-- begin generated: object_types
local ObjectType = {
    ALL = 0,
    EXCHANGE_ONLINE = 1,
    SHAREPOINT_ONLINE = 2,
    ONEDRIVE = 3,
    MICROSOFT_365_GROUPS = 4,
    PROJECT_ONLINE = 5,
    PUBLIC_FOLDER = 6,
    TEAMS = 7,
    VIVA_ENGAGE = 8,
    TEAMS_CHAT = 9,
    POWER_BI = 10,
    POWER_AUTOMATE = 11,
    POWER_APPS = 12,
}
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

-- Unix milliseconds of seconds; false is no limit.
local function limit(time)
    return time and math.floor(time * 1000) or NO_TIME
end

-- The nearest number that C has; the library refuses 0 where it means nothing.
local function uint32(number)
    return math.max(0, math.min(number, 0xffffffff))
end

-- The number of a choice: one of the service's own, or a name as the library knows it. C would cut other numbers.
local function choice(name, value, from_name)
    local found = type(value) == "number" and value or from_name(text_in(name, value))
    if not (found >= 0 and found <= 0x7fffffff and found % 1 == 0) then
        error(("there is no %s %s"):format(name, value), 4)
    end
    return found
end

-- The numbers of the names of JobType and ObjectType; case, blanks, '_' and '-' do not count.
local function job_type(name)
    return choice("job type", name, lib.cbj_job_type_from_name)
end

local function object_type(name)
    return choice("object type", name, lib.cbj_object_type_from_name)
end

local function state_number(value)
    for number, name in ipairs(STATES) do
        if name == value or number == value then
            return number
        end
    end
    error(("there is no state %s"):format(value), 4)
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

-- A copy of a job. What the service did not send is nil.
local function copy_job(handle)
    if handle == nil then
        return nil
    end
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
        duration_text = text(lib.cbj_job_duration_text(handle)),
        request_id = text(lib.cbj_job_request_id(handle)),
        trace_id = text(lib.cbj_job_trace_id(handle)),
        response_time = seconds(lib.cbj_job_response_time_ms(handle)),
        json = text(lib.cbj_job_json(handle)),
        is_terminal = lib.cbj_state_is_terminal(lib.cbj_job_state(handle)) == 1,
        errors = {},
        has_error_list = lib.cbj_job_has_error_list(handle) == 1,
    }
    for index = 0, tonumber(lib.cbj_job_error_count(handle)) - 1 do
        local has_code = lib.cbj_job_error_has_code(handle, index)
        job.errors[index + 1] = {
            message = text(lib.cbj_job_error_message(handle, index)),
            url = text(lib.cbj_job_error_url(handle, index)),
            occurrences = count(lib.cbj_job_error_occurrences(handle, index)),
        }
        if has_code >= 0 then
            job.errors[index + 1].has_code = has_code == 1
        end
    end
    return job
end

-- A job that the caller owns: copied, and freed.
local function take_job(handle)
    local job = copy_job(handle)
    lib.cbj_job_free(handle)
    return job
end

-- What the function puts into a place for a handle; or nil and what it puts into that of an error.
local function call(type_name, make)
    local made, failure = ffi.new(type_name .. "[1]"), ffi.new("cbj_error *[1]")
    local status = make(made, failure)
    if status ~= 0 then
        return nil, take_error(status, failure)
    end
    return made[0]
end

-- For functions that have a status and no error.
local function check(status, name)
    if status ~= 0 then
        error(("%s is not allowed: %s"):format(name, text(lib.cbj_status_name(status))), 3)
    end
end

-- Reads a saved answer of the service.
local function parse_job(json)
    local job, failure = call("cbj_job *", function(place, failed)
        return lib.cbj_job_parse(json, #json, place, failed)
    end)
    return job and take_job(job), failure
end

-- The library's version.
local function version()
    return text(lib.cbj_version())
end

-- Whether the library was built with a feature, for example "certificate".
local function has_feature(name)
    return lib.cbj_has_feature(text_in("name", name)) == 1
end

-- "backup" and "exchange-online"; nil for a number without a name.
local function job_type_name(number)
    return text(lib.cbj_job_type_name(number))
end

local function object_type_name(number)
    return text(lib.cbj_object_type_name(number))
end

-- How an option of a query is set.
local SETTERS = {
    since = function(query, value) return lib.cbj_query_set_since_ms(query, limit(value)) end,
    ["until"] = function(query, value) return lib.cbj_query_set_until_ms(query, limit(value)) end,
    job_type = function(query, value) return lib.cbj_query_set_job_type(query, job_type(value)) end,
    object_type = function(query, value) return lib.cbj_query_set_object_type(query, object_type(value)) end,
    state = function(query, value) return lib.cbj_query_set_state(query, state_number(value)) end,
    location = function(query, value) return lib.cbj_query_set_location(query, text_in("location", value)) end,
    page_size = function(query, value) return lib.cbj_query_set_page_size(query, uint32(value)) end,
    max_jobs = function(query, value) return lib.cbj_query_set_max_jobs(query, uint32(value)) end,
}

-- The query: since and until (seconds since 1970; false: no limit), job_type and object_type (names or numbers), state,
-- location, page_size, max_jobs. What is left out is as in the library: every job that started in the last 7 days.
local function make_query(options)
    local query = ffi.gc(lib.cbj_query_new(), lib.cbj_query_free)
    for name, value in pairs(options or {}) do
        local set = SETTERS[name] or error("a query has no " .. tostring(name), 3)
        check(set(query, value), name)
    end
    return query
end

-- A list of jobs, read page by page as it is needed, and once. Outlives its client. Freed when it is collected.
local Jobs = {}
Jobs.__index = Jobs

-- The next job. Nil at the end; nil and an error after a failure, and then the next call asks for the same page again.
function Jobs:next()
    local job, failure = call("cbj_job *", function(place, failed)
        return lib.cbj_job_iter_next(self.handle, place, failed)
    end)
    if failure or job == nil then
        return nil, failure
    end
    return take_job(job)
end

-- For a loop, which cannot see an error that is answered.
function Jobs:__call()
    local job, failure = self:next()
    if failure then
        error(failure, 0)
    end
    return job
end

-- How many jobs there are, as the service said last, in whole days.
function Jobs:total_count()
    return count(lib.cbj_job_iter_total_count(self.handle))
end

-- After the end: how many jobs the service says it has and did not send; nil where the number is unknown.
function Jobs:missing_count()
    return count(lib.cbj_job_iter_missing_count(self.handle))
end

-- After the end: whether no job is known to be missing.
function Jobs:is_complete()
    return lib.cbj_job_iter_is_complete(self.handle) == 1
end

-- What the jobs of a query say together, copied out of its handle, which is freed. A job that there is not is nil.
local function take_summary(handle)
    local summary = {
        latest = copy_job(lib.cbj_summary_latest(handle)),
        latest_ended = copy_job(lib.cbj_summary_latest_ended(handle)),
        latest_in_state = {},
        count = lib.cbj_summary_count(handle),
        count_in_state = {},
        total_count = count(lib.cbj_summary_total_count(handle)),
        missing_count = count(lib.cbj_summary_missing_count(handle)),
        is_complete = lib.cbj_summary_is_complete(handle) == 1,
    }
    for number = 0, #STATES do
        local state = STATES[number] or "unknown"
        summary.latest_in_state[state] = copy_job(lib.cbj_summary_latest_in_state(handle, number))
        summary.count_in_state[state] = lib.cbj_summary_count_in_state(handle, number)
    end
    lib.cbj_summary_free(handle)
    return summary
end

local Client = {}
Client.__index = Client

local function configured(options, load)
    local config = ffi.gc(lib.cbj_config_new(), lib.cbj_config_free)
    local client, failure = ffi.new("cbj_client *[1]"), ffi.new("cbj_error *[1]")
    local status = load(config, failure)
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

-- Configured by the environment and by options with the names of the library's configuration file. Where both have an
-- option, the one given here wins. Freed when it is collected.
function Client.from_environment(options)
    return configured(options, lib.cbj_config_load_env)
end

-- Configured by a file, instead of the environment, and by options.
function Client.from_file(path, options)
    local name = text_in("path", path)
    return configured(options, function(config, failure)
        return lib.cbj_config_load_file(config, name, failure)
    end)
end

function Client:get_job(job_id, location)
    local id, where = text_in("job_id", job_id), text_in("location", location)
    local job, failure = call("cbj_job *", function(place, failed)
        return lib.cbj_client_get_job(self.handle, id, where, place, failed)
    end)
    return job and take_job(job), failure
end

-- Waits until a job has ended, well or not: timeout_ms, interval_ms (default 30 s), location. The error after the timeout is
-- CBJ_ERROR_TIMEOUT. Failures that a later call may not have do not end it.
function Client:wait_job(job_id, how)
    local id, where = text_in("job_id", job_id), text_in("location", how.location)
    local interval, timeout = uint32(how.interval_ms or 0), uint32(how.timeout_ms or 0)
    local job, failure = call("cbj_job *", function(place, failed)
        return lib.cbj_client_wait_job(self.handle, id, where, interval, timeout, place, failed)
    end)
    return job and take_job(job), failure
end

-- Raises an error if the first page fails, as it is made for a loop.
function Client:list_jobs(options)
    local query = make_query(options)
    local list, failure = call("cbj_job_iter *", function(place, failed)
        return lib.cbj_client_list_jobs(self.handle, query, place, failed)
    end)
    if not list then
        error(failure, 0)
    end
    return setmetatable({ handle = ffi.gc(list, lib.cbj_job_iter_free) }, Jobs)
end

-- The same jobs together. Reads the whole list within the time of one call.
function Client:summarize_jobs(options)
    local query = make_query(options)
    local summary, failure = call("cbj_summary *", function(place, failed)
        return lib.cbj_client_summarize_jobs(self.handle, query, place, failed)
    end)
    return summary and take_summary(summary), failure
end

-- Another client on the same connections and access token, with a timeout of its own.
function Client:share()
    local other, failure = call("cbj_client *", function(place, failed)
        return lib.cbj_client_share(self.handle, place, failed)
    end)
    return other and setmetatable({ handle = ffi.gc(other, lib.cbj_client_free) }, Client), failure
end

-- How long a whole call may take, for calls that begin from now on.
function Client:set_timeout_ms(timeout)
    check(lib.cbj_client_set_timeout_ms(self.handle, uint32(timeout)), "timeout")
end

-- Replaces the access token of a client that was configured with one.
function Client:set_access_token(token)
    check(lib.cbj_client_set_access_token(self.handle, text_in("token", token)), "token")
end

return {
    Client = Client,
    JobType = JobType,
    ObjectType = ObjectType,
    digits = digits,
    has_feature = has_feature,
    job_type = job_type,
    job_type_name = job_type_name,
    object_type = object_type,
    object_type_name = object_type_name,
    parse_job = parse_job,
    version = version,
}
