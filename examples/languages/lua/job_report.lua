-- Prints backup jobs.
--
--     CBJ_DATA_CENTER=us CBJ_CLIENT_ID=... CBJ_CLIENT_SECRET_FILE=... luajit job_report.lua JOB_ID | list | summary | wait JOB_ID

package.path = (arg[0]:match("^.*/") or "") .. "?.lua;" .. package.path
local cloudbackupjobs = require("cloudbackupjobs")
local digits = cloudbackupjobs.digits

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

local function line(job)
    return (job.id or "-") .. " " .. (job.state_text or "-")
end

local function list(client)
    local number, jobs = 0, client:list_jobs({ since = false, page_size = 2 })
    for job in jobs do
        print(line(job))
        number = number + 1
    end
    print(("%d jobs, %s"):format(number, jobs:is_complete() and "complete" or "incomplete"))
end

local function summarize(client)
    local summary = assert(client:summarize_jobs({ since = false, page_size = 2 }))
    print("latest " .. (summary.latest and summary.latest.id or "-"))
    print("latest ended " .. (summary.latest_ended and summary.latest_ended.id or "-"))
    print("failed " .. digits(summary.count_in_state.failed))
    print(summary.is_complete and "complete" or "incomplete")
end

local commands = {
    list = list,
    summary = summarize,
    wait = function(client)
        print(line(assert(client:wait_job(arg[2], { interval_ms = 50, timeout_ms = 10000 }))))
    end,
}

if #arg ~= (arg[1] == "wait" and 2 or 1) then
    io.stderr:write("usage: job_report.lua JOB_ID | list | summary | wait JOB_ID\n")
    os.exit(2)
end
local ask = commands[arg[1]] or function(client)
    report(assert(client:get_job(arg[1])))
end
local is_done, failure = pcall(function()
    ask(assert(cloudbackupjobs.Client.from_environment()))
end)
if not is_done then
    if type(failure) ~= "table" then
        error(failure, 0)
    end
    explain(failure)
    os.exit(1)
end
