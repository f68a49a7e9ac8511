import signal

client = Client.from_environment()
try:
    client.get_job(sys.argv[1])
except KeyboardInterrupt:
    print("interrupted")
print(client.get_job(sys.argv[1]).state_text)

# A cancel of the program's own is not taken back with that of the interrupt.


def interrupt(*_):
    client.cancel()
    raise KeyboardInterrupt


signal.signal(signal.SIGUSR1, interrupt)
threading.Timer(0.1, os.kill, [os.getpid(), signal.SIGUSR1]).start()
try:
    client._interruptible(lambda: threading.Event().wait(0.5))
except KeyboardInterrupt:
    pass
try:
    client.get_job(sys.argv[1])
except Error as error:
    print(error.status_name)
