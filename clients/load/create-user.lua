-- A person for each request, with a password, as Graph asks for.
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
    local name = string.format("new%d-%d", place, number)
    local body = string.format(
        '{"accountEnabled":true,"displayName":"%s","mailNickname":"%s","userPrincipalName":"%s@contoso.example",' ..
        '"passwordProfile":{"password":"not-for-signing-in-7","forceChangePasswordNextSignIn":true}}',
        name, name, name)
    return wrk.format("POST", os.getenv("CALL"), headers, body)
end
