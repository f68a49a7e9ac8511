const client = Client.fromEnvironment();

async function refused(call) {
    try {
        await call();
        console.log('was not refused');
    } catch (error) {
        // Without the port of the server, and without what the last poll of a wait found.
        const [said] = error.message.split('.');
        const message = said.includes('http:') ? '' : `: ${said}`;
        console.log(`${error instanceof CloudBackupError ? error.code : error.name}${message}`);
    }
}

async function lists() {
    // A list goes on after a failure.
    let jobs = client.listJobs({ since: null, pageSize: 2 });
    const found = [];
    for (;;) {
        try {
            const { done, value } = await jobs.next();
            if (done) break;
            found.push(value.id);
        } catch (error) {
            console.log(error.code, jobs.totalCount, jobs.missingCount, found.join());
        }
    }
    console.log(found.join(), jobs.totalCount, jobs.missingCount, jobs.isComplete, (await jobs.next()).done);

    // Every option of a query.
    const since = new Date('2026-11-20T01:00:00+02:00');
    const words = { jobType: 'backup', objectType: 'exchangeOnline', state: 'finishedWithException', pageSize: 7 };
    for await (const job of client.listJobs({ since, until: new Date('2026-11-20'), location: 'EUR', maxJobs: 9, ...words })) {
        console.log(job.id);
    }

    const summary = await client.summarizeJobs({ since: null, pageSize: 2 });
    console.log(summary.count, summary.totalCount, summary.missingCount, JSON.stringify(summary.countByState));
    console.log(summary.latestByState.failed.id, summary.latestByState.finishedWithException, summary.latest.startTime);

    console.log(jobTypeName('export'), objectTypeName(4), objectTypeName(77), JOB_TYPES.length, OBJECT_TYPES.length);
    await refused(() => objectTypeName('files'));
    await refused(() => client.listJobs({ sinc: null }));
    await refused(() => client.listJobs({ since: 'yesterday' }));
    await refused(() => client.listJobs({ until: new Date('x') }));
    await refused(() => client.listJobs({ objectType: 2 ** 32 + 1 }));
    await refused(() => client.listJobs({ jobType: -1 }));
    await refused(() => client.listJobs({ jobType: 'everything' }));
    await refused(() => client.listJobs({ state: 'lost' }));
    await refused(() => client.listJobs({ location: 'E\0' }));
    await refused(() => client.summarizeJobs({ pageSize: 2 ** 32 + 2 }));
    await refused(() => client.summarizeJobs({ pageSize: 2.5 }));
    await refused(() => client.summarizeJobs({ maxJobs: 0 }));
    await refused(() => client.waitJob('IB7', { timeoutMs: 0 }));
    await refused(() => client.waitJob('IB7', { timeoutMs: 2 ** 32 }));
    await refused(() => client.waitJob('IB7', { timeoutMs: '1' }));
    await refused(() => client.waitJob('IB7', { timeoutMs: 1, pollIntervalMs: 0 }));
    await refused(() => client.setTimeoutMs(0));

    // `break` ends a list.
    jobs = client.listJobs({ since: null, pageSize: 2 });
    for await (const job of jobs) {
        console.log(job.id);
        break;
    }
    console.log((await jobs.next()).done, jobs.isComplete);

    // A cancel of another client does not end the calls of this one.
    const other = client.share();
    other.cancel();
    await refused(() => other.listJobs().next());
    other.close();

    // Calls of next() wait for each other, and cancel() ends them.
    jobs = client.listJobs({ since: null, pageSize: 2, signal: new AbortController().signal });
    const [one, two, three] = [jobs.next(), jobs.next(), jobs.next()];
    console.log((await one).value.id, (await two).value.id);
    setTimeout(() => client.cancel(), 100);
    await refused(() => three);
    await refused(() => jobs.next());
    client.resume();

    client.setTimeoutMs(20000);
    await refused(() => client.waitJob('IB7', { timeoutMs: 200, pollIntervalMs: 20 }));

    // A signal ends one call and no other.
    const controller = new AbortController();
    const [aborted, goesOn] = [
        client.waitJob('IB7', { timeoutMs: 20000, pollIntervalMs: 20, signal: controller.signal }),
        client.waitJob('IB7', { timeoutMs: 400, pollIntervalMs: 20, signal: new AbortController().signal }),
    ];
    setTimeout(() => controller.abort(new Error('no longer wanted')), 50);
    const began = Date.now();
    await refused(() => aborted);
    console.log(Date.now() - began < 5000);
    await refused(() => goesOn);
    await refused(() => client.summarizeJobs({ signal: AbortSignal.abort() }));

    client.close();
    await refused(() => jobs.next());
    await refused(() => client.share());
    await refused(() => client.listJobs());
    await jobs.return();
}

lists();
