package.path = arg[0]:match("^.*/") .. "?.lua;" .. package.path
local cloudbackupjobs = require("cloudbackupjobs")
local client = cloudbackupjobs.Client.from_environment()
client:list_jobs({ since = false, job_type = "backup", object_type = "Exchange Online", state = "finished with exception" })
client:summarize_jobs({ since = false, job_type = 1, object_type = 1, state = 4 })
for _, wrong in ipairs({ { job_type = 2 ^ 32 }, { object_type = 2 ^ 32 + 1 }, { job_type = 1.5 }, { state = 2 ^ 32 + 3 } }) do
    local succeeds, failure = pcall(client.list_jobs, client, wrong)
    -- Without the place in the file.
    print(succeeds and "was not refused" or (failure:gsub("^.-:%d+: ", "")))
end
