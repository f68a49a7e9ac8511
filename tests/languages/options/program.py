options = {"base_url": sys.argv[1], "access_token": "of-the-options", "location": None}
with Client.from_environment(**options, max_retries=0, timeout_ms=20_000, trust="bundled") as client:
    print(client.get_job("FB1").state_text)
Client.from_environment(base_url="http://192.0.2.1", allow_http=True).close()
for wrong in {"timeout": 5}, {"max_retries": -1}, {"client_secret_file": "/nonexistent/x"}, {"timeout_ms": 0}:
    try:
        Client.from_environment(**wrong)
    except Error as error:
        print(error.status_name, error)
