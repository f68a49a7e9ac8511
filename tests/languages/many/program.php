<?php
require __DIR__ . '/cloudbackupjobs.php';

use CloudBackupJobs\{Client, Error, Job, JobType, Native, ObjectType, State};

function failed(callable $call): string
{
    try {
        $call();
        return 'did not fail';
    } catch (Error $error) {
        return $error->statusName;
    }
}

$restore = JobType::parse('restore')->value;
echo JobType::Backup->text(), ' ', ObjectType::parse('Exchange Online')->text(), " $restore\n";
echo Native::version(), ' ', json_encode(Native::hasFeature('certificate')), ' ', json_encode(Native::hasFeature('x')), "\n";

$job = Job::parse($argv[2]);
$codes = implode(', ', array_map(fn ($error) => ['null' => 'nil'][$text = json_encode($error['hasCode'])] ?? $text, $job->errors));
$ended = json_encode($job->state->isTerminal()) . ' ' . json_encode($job->hasErrorList);
echo "$job->id $job->durationText $job->traceId {$job->responseTime->getTimestamp()} [$codes] $ended\n";
echo $job->json, "\n", failed(fn () => Job::parse('{')), "\n";

$client = new Client();
$wrong = [
    fn () => JobType::parse('nonsense') ?? throw new \ValueError(),
    fn () => $client->listJobs(pageSize: 1001),
    fn () => $client->listJobs(maxJobs: 0),
    fn () => $client->listJobs(objectType: -1),
    fn () => $client->setTimeoutMs(0),
    fn () => $client->listJobs(state: 77),
];
foreach ($wrong as $call) {
    try {
        $call();
        echo "was not refused\n";
    } catch (\ValueError) {
        echo 'refused ';
    }
}
echo "\n";

$jobs = $client->listJobs(since: new DateTimeImmutable('2026-11-19T23:00:00Z'), until: new DateTimeImmutable('2026-11-20T02:30:00Z'),
    jobType: JobType::Backup, objectType: ObjectType::Onedrive, state: State::Failed, location: 'EUR', pageSize: 2, maxJobs: 3);
$found = [];
$read = function () use ($jobs, &$found) {
    foreach ($jobs as $job) {
        $found[] = $job->id;
    }
};
$failure = failed($read);
$found[] = $failure;
$read();
echo implode(' ', $found), ' ', $jobs->totalCount(), ' ', json_encode($jobs->isComplete()), ' ', $jobs->missingCount() ?? 'nil', "\n";

$jobs = $client->listJobs(since: null);
foreach ($jobs as $job) {
    echo $job->id, ' ', $jobs->totalCount(), ' ', json_encode($jobs->isComplete()), ' ', $jobs->missingCount() ?? 'nil', "\n";
    break;
}

$summary = $client->summarizeJobs(since: null);
echo $summary->latestInState(State::Failed)->id, ' ', $summary->countInState(State::Failed), ' ',
    $summary->countInState(State::PartiallyFinished), ' ', $summary->latestInState(State::PartiallyFinished) === null ? 'nil' : 'job',
    " $summary->count $summary->totalCount ", json_encode($summary->isComplete), ' ', $summary->missingCount ?? 'nil', ' ',
    json_encode($summary->latestInState(State::Failed)->hasErrorList), "\n";

$client->setAccessToken('second');
echo $client->getJob('FB1')->stateText, "\n";
$other = $client->share();
$other->setTimeoutMs(300);
echo failed(fn () => $other->getJob('FB1')), "\n";
echo $client->getJob('FB1')->stateText, "\n";
echo failed(fn () => $client->waitJob('FB1', timeoutMs: 200, intervalMs: 20)), "\n";
echo Client::fromFile($argv[1], max_retries: 0)->getJob('FB1')->id, "\n";
