async function options() {
    const client = Client.fromEnvironment({
        baseUrl: process.argv[2],
        accessToken: 'of-the-options',
        location: null,
        maxRetries: 0,
        timeoutMs: 20_000,
        trust: 'bundled',
    });
    console.log((await client.getJob('FB1')).stateText);
    client.close();
    Client.fromEnvironment({ baseUrl: 'http://192.0.2.1', allowHttp: true }).close();
    for (const wrong of [{ timeout: 5 }, { maxRetries: -1 }, { clientSecretFile: '/nonexistent/x' }, { timeoutMs: 0 }]) {
        try {
            Client.fromEnvironment(wrong);
        } catch (error) {
            console.log(error.code, error.message);
        }
    }
}

options();
