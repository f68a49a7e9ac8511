import pickle

# What is freed, and when.
for name in "cbj_client_free", "cbj_job_iter_free":
    def free(handle, name=name, function=getattr(_lib, name)):
        print(name)
        function(handle)
    setattr(_lib, name, free)

# An error goes through pickle, as multiprocessing.Pool sends it, with everything that it has.
client = Client.from_environment()
try:
    client.get_job("FB1")
except Error as error:
    error.job_id = "FB1"
    copy = pickle.loads(pickle.dumps(error))
    print(type(copy) is Error, str(copy) == str(error), vars(copy) == vars(error))
    print(repr(copy.status), copy.http_status, copy.request_id, copy.retry_after, copy.is_retryable, copy.details, copy.job_id)
client.close()

# At the end of the program a thread may be inside of a call: nothing is freed below it.
client = Client.from_environment()
jobs = client.list_jobs(since=None)
began = threading.Event()


def call():
    began.set()
    client.get_job("FB2")


threading.Thread(target=call, daemon=True).start()
began.wait()
print("end")
