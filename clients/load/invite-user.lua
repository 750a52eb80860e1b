-- An external user for each request: somebody who has no password here.
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
        '{"invitedUserEmailAddress":"guest%d-%d@elsewhere.example","inviteRedirectUrl":"https://portal.contoso.example"}',
        place, number)
    return wrk.format("POST", os.getenv("CALL"), headers, body)
end
