package.path = arg[0]:match("^.*/") .. "?.lua;" .. package.path
local cloudbackupjobs = require("cloudbackupjobs")
local Client = cloudbackupjobs.Client
local client = Client.from_environment({ base_url = arg[1], access_token = "of-the-options", location = nil,
    max_retries = 0, timeout_ms = 20000, trust = "bundled" })
print(client:get_job("FB1").state_text)
assert(Client.from_environment({ base_url = "http://192.0.2.1", allow_http = true }))
for _, wrong in ipairs({ { timeout = 5 }, { max_retries = -1 }, { client_secret_file = "/nonexistent/x" }, { timeout_ms = 0 } }) do
    local _, failure = Client.from_environment(wrong)
    print(failure.status_name .. " " .. tostring(failure))
end
