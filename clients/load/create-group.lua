-- A group for each request.
local headers = {
    ["Authorization"] = "Bearer " .. os.getenv("TOKEN"),
    ["Content-Type"] = "application/json",
}
local number, thread = 0, 0
function setup(one)
    thread = thread + 1
    one:set("place", thread)
end
function request()
    number = number + 1
    local body = string.format(
        '{"displayName":"Group %d-%d","mailEnabled":false,"mailNickname":"g%d-%d","securityEnabled":true}',
        place, number, place, number)
    return wrk.format("POST", os.getenv("CALL"), headers, body)
end
