-- A token for a client secret, again and again.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
wrk.body = os.getenv("GRANT")
wrk.path = os.getenv("CALL")
