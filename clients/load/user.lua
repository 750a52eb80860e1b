-- One person after the other, each by name.
local token, users = "Bearer " .. os.getenv("TOKEN"), tonumber(os.getenv("USERS"))
local headers = { ["Authorization"] = token }
function request()
    local name = string.format("/v1.0/users/p%07d@contoso.example", math.random(0, users - 1))
    return wrk.format("GET", name, headers)
end
