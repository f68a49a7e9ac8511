package.path = arg[0]:match("^.*/") .. "?.lua;" .. package.path
local cloudbackupjobs = require("cloudbackupjobs")
local Client = cloudbackupjobs.Client
local JobType, ObjectType, digits = cloudbackupjobs.JobType, cloudbackupjobs.ObjectType, cloudbackupjobs.digits

local function yes(answer)
    return answer == nil and "nil" or tostring(answer)
end

print(cloudbackupjobs.job_type_name(JobType.BACKUP) .. " " .. cloudbackupjobs.object_type_name(cloudbackupjobs.object_type("Exchange Online")) .. " " .. cloudbackupjobs.job_type("restore"))
print(cloudbackupjobs.version() .. " " .. yes(cloudbackupjobs.has_feature("certificate")) .. " " .. yes(cloudbackupjobs.has_feature("x")))

local job = assert(cloudbackupjobs.parse_job(arg[2]))
local codes = {}
for index, each in ipairs(job.errors) do
    codes[index] = yes(each.has_code)
end
print(("%s %s %s %d [%s] %s %s"):format(job.id, job.duration_text, job.trace_id, job.response_time, table.concat(codes, ", "),
    yes(job.is_terminal), yes(job.has_error_list)))
print(job.json)
print(select(2, cloudbackupjobs.parse_job("{")).status_name)

local client = assert(Client.from_environment())
local wrong = {
    function() return cloudbackupjobs.job_type("nonsense") end,
    function() return client:list_jobs({ page_size = 1001 }) end,
    function() return client:list_jobs({ max_jobs = 0 }) end,
    function() return client:list_jobs({ object_type = -1 }) end,
    function() return client:set_timeout_ms(0) end,
    function() return client:list_jobs({ state = "lost" }) end,
}
for _, call in ipairs(wrong) do
    local _, failure = pcall(call)
    local is_refused = type(failure) == "string" and (failure:find("there is no") or failure:find("is not allowed"))
    io.write(is_refused and "refused " or "was not refused\n")
end
print()

local jobs = client:list_jobs({ since = 1795129200, ["until"] = 1795141800, job_type = "backup", object_type = ObjectType.ONEDRIVE,
    state = "failed", location = "EUR", page_size = 2, max_jobs = 3 })
local found = {}
local function read()
    for each in jobs do
        found[#found + 1] = each.id
    end
end
local _, failure = pcall(read)
found[#found + 1] = failure.status_name
read()
print(table.concat(found, " ") .. " " .. digits(jobs:total_count()) .. " " .. yes(jobs:is_complete()) .. " " .. yes(jobs:missing_count()))

jobs = client:list_jobs({ since = false })
for each in jobs do
    print(each.id .. " " .. digits(jobs:total_count()) .. " " .. yes(jobs:is_complete()) .. " " .. yes(jobs:missing_count()))
    break
end

local summary = assert(client:summarize_jobs({ since = false }))
print(("%s %s %s %s %s %s %s %s %s"):format(summary.latest_in_state.failed.id, digits(summary.count_in_state.failed),
    digits(summary.count_in_state["partially finished"]), yes(summary.latest_in_state["partially finished"]),
    digits(summary.count), digits(summary.total_count), yes(summary.is_complete), digits(summary.missing_count),
    yes(summary.latest_in_state.failed.has_error_list)))

client:set_access_token("second")
print(client:get_job("FB1").state_text)
local other = assert(client:share())
other:set_timeout_ms(300)
print(select(2, other:get_job("FB1")).status_name)
print(client:get_job("FB1").state_text)
print(select(2, client:wait_job("FB1", { interval_ms = 20, timeout_ms = 200 })).status_name)
print(Client.from_file(arg[1], { max_retries = 0 }):get_job("FB1").id)
