/* The installed package, as its users have it, with types. The sandbox's URLs come in the environment. */
import assert = require('node:assert');
import {
    Client,
    CloudBackupError,
    hasFeature,
    Job,
    JobList,
    ObjectType,
    objectTypeName,
    objectTypes,
    Options,
    parseJob,
    Query,
    Summary,
    version,
} from 'cloudbackupjobs';

const id: string = process.argv[2]!;
const options: Options = {
    baseUrl: process.env.CBJ_BASE_URL!,
    identityUrl: process.env.CBJ_IDENTITY_URL!,
    clientId: 'sandbox-client',
    clientSecret: 'sandbox-secret',
    timeoutMs: 20000,
    maxRetries: 0,
    proxy: '',
    allowHttp: false,
};

function isStatus(code: string): (error: unknown) => boolean {
    return (error) => error instanceof CloudBackupError && error.code === code && error.message !== '';
}

async function main(): Promise<void> {
    const client = Client.fromOptions(options);
    const job: Job = await client.getJob(id);
    assert.deepStrictEqual([job.id, job.state, job.failedCount, job.isTerminal], [id, 'finishedWithException', 4, true]);
    assert.strictEqual(job.finishTime!.getTime() - job.startTime!.getTime(), job.elapsedMs);

    // The sandbox answers after 500 ms; the event loop goes on meanwhile.
    let ticks = 0;
    const ticker = setInterval(() => ticks++, 10);
    const began = Date.now();
    await client.getJob(id);
    clearInterval(ticker);
    assert.ok(Date.now() - began >= 490 && ticks >= 5, `${ticks} ticks`);

    // Several at once.
    const jobs = await Promise.all([client.getJob(id), client.getJob(id), client.getJob(id)]);
    assert.ok(jobs.every((each) => each.id === id));

    await assert.rejects(client.getJob('FB20261123000000000000'), isStatus('CBJ_ERROR_NOT_FOUND'));
    await assert.rejects(client.getJob('FB\0'), /jobId holds a NUL/);
    setTimeout(() => client.cancel(), 50);
    await assert.rejects(client.getJob(id), isStatus('CBJ_ERROR_CANCELLED'));
    client.resume();
    assert.throws(() => client.setAccessToken('t'), isStatus('CBJ_ERROR_CONFIG'));

    // The jobs of two days, newest first, and a summary of them.
    const objectType: ObjectType = 'exchangeOnline';
    const since = new Date(Date.now() - 2 * 24 * 3600 * 1000);
    const query: Query = { objectType, since, state: null, pageSize: 1000 };
    const list: JobList = client.listJobs(query);
    const found: Job[] = [];
    for await (const each of list) found.push(each);
    assert.ok(list.isComplete && found.length > 1 && found[0]!.state === 'inProgress');
    assert.ok(found.every((each) => each.startTime! >= since));
    const summary: Summary = await client.summarizeJobs({ ...query, signal: new AbortController().signal });
    assert.strictEqual(summary.count, found.length);
    assert.strictEqual(summary.latest!.id, summary.latestByState.inProgress!.id);
    assert.ok(summary.latestEnded!.isTerminal && summary.isComplete && summary.countByState.inProgress === 1);
    // A list that nobody closed is freed by the collector.
    await client.listJobs({ pageSize: 1, signal: new AbortController().signal }).next();
    globalThis.gc!();
    // @ts-expect-error: not the name of a kind of objects
    assert.throws(() => client.listJobs({ objectType: 'files' }), /objectType is "files"/);
    assert.strictEqual(objectTypeName(objectTypes[1]!), 'exchange-online');
    assert.ok((await client.waitJob(id, { timeoutMs: 20000, pollIntervalMs: 1000 })).isTerminal);
    await assert.rejects(client.waitJob(id, { timeoutMs: 20000, signal: AbortSignal.timeout(50) }), { name: 'TimeoutError' });
    const other = client.share();
    other.setTimeoutMs(100);
    await assert.rejects(other.getJob(id), isStatus('CBJ_ERROR_TIMEOUT'));
    other.close();
    assert.strictEqual((await client.getJob(id)).id, id);

    // Closed during a call: the call ends, and the client is freed after it.
    const last = client.getJob(id);
    client.close();
    client.close();
    await assert.rejects(last, isStatus('CBJ_ERROR_CANCELLED'));
    await assert.rejects(client.getJob(id), /closed/);

    assert.throws(() => Client.fromOptions({ ...options, timeout: 1 } as Options), /"timeout" is not an option/);
    assert.throws(() => Client.fromOptions({ ...options, maxRetries: -1 }), /max_retries is "-1"/);
    assert.throws(() => Client.fromOptions({ ...options, trust: 'me' as 'system' }), /trust is "me"/);
    assert.throws(() => Client.fromOptions({ ...options, trust: 'me' as 'system' }), isStatus('CBJ_ERROR_INVALID_ARGUMENT'));
    assert.throws(() => Client.fromOptions({ ...options, scope: ['s'] as unknown as string }), /scope is no string/);
    assert.throws(() => Client.fromOptions({ ...options, clientId: null }), /client_id/);
    assert.throws(() => Client.fromFile('/nonexistent'), isStatus('CBJ_ERROR_CONFIG'));
    assert.throws(() => Client.fromFile('/nonexistent', options), isStatus('CBJ_ERROR_CONFIG'));
    assert.ok(hasFeature('certificate'));
    assert.ok(!hasFeature('none' as 'certificate'));

    const parsed = parseJob('{"statusCode":200,"data":{"id":"FB1","backupDetails":{"totalNumber":9007199254740993}}}');
    assert.deepStrictEqual([parsed.id, parsed.startTime, parsed.failedCount, parsed.durationHours], ['FB1', null, null, null]);
    assert.strictEqual(parsed.totalCount, 9007199254740993n);
    assert.ok(!parsed.hasErrorList && parseJob('{"statusCode":200,"data":{"jobErrors":[]}}').hasErrorList);
    assert.ok(list.missingCount === 0 && summary.missingCount === 0);
    assert.throws(() => parseJob('nonsense'), isStatus('CBJ_ERROR_PROTOCOL'));
    console.log(version());
}

void main();
