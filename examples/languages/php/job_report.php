<?php
// Prints backup jobs.
//
//     CBJ_DATA_CENTER=us CBJ_CLIENT_ID=... CBJ_CLIENT_SECRET_FILE=... php job_report.php JOB_ID | list | summary | wait JOB_ID

declare(strict_types=1);

require __DIR__ . '/cloudbackupjobs.php';

use CloudBackupJobs\{Client, Error, Job, State};

function moment(?DateTimeImmutable $time, ?string $text): string
{
    if ($time === null) {
        return $text === null ? '-' : "$text   (not a date that can be read)";
    }
    return $time->format('Y-m-d H:i:s O') . "   ($text)";
}

function took(Job $job): string
{
    if ($job->elapsedMs === null) {
        return $job->durationHours === null ? '-' : "$job->durationHours h";
    }
    $seconds = intdiv($job->elapsedMs, 1000);
    $hours = $seconds >= 3600 ? intdiv($seconds, 3600) . ' h ' : '';
    $minutes = $seconds >= 60 ? intdiv($seconds, 60) % 60 . ' min ' : '';
    return $hours . $minutes . $seconds % 60 . ' s';
}

function report(Job $job): void
{
    echo 'Job ', $job->id ?? '(without an id)', "\n";
    $known = $job->state === State::Unknown ? '   (not a state that this version knows)' : '';
    echo '  State       ', $job->stateText ?? 'not reported', $known, "\n";
    echo '  Started     ', moment($job->startTime, $job->startTimeText), "\n";
    echo '  Finished    ', moment($job->finishTime, $job->finishTimeText), "\n";
    echo '  Took        ', took($job), "\n";
    echo '  Objects     ', $job->totalCount ?? '?', ' in all: ', $job->successfulCount ?? '?', ' successful, ',
        $job->failedCount ?? '?', ' failed, ', $job->skippedCount ?? '?', " skipped\n";
    foreach ($job->errors as $index => $error) {
        $times = $error['occurrences'] === null ? '' : "{$error['occurrences']} x ";
        printf("  %-11s %s%s\n", $index === 0 ? 'Top errors' : '', $times, $error['message'] ?? '(without a text)');
        if ($error['url'] !== null) {
            printf("  %-11s   %s\n", '', $error['url']);
        }
    }
    if ($job->requestId !== null) {
        echo "  Request id  $job->requestId\n";
    }
}

function explain(Error $error): void
{
    $say = fn (string ...$texts) => fwrite(STDERR, implode('', $texts) . "\n");
    $say($error->getMessage());
    $say('  Status      ', $error->statusName);
    if ($error->httpStatus !== null) {
        $say('  HTTP        ', (string) $error->httpStatus);
    }
    foreach ($error->details as $index => $detail) {
        $field = $detail['field'] === null ? '' : ' ' . $detail['field'];
        $label = str_pad($index === 0 ? 'Details' : '', 11);
        $say("  $label ", $detail['code'] ?? '-', $field, ': ', $detail['message'] ?? '-');
    }
    $later = $error->isRetryable ? 'later' : 'after a change';
    $say('  Try again   ', $error->retryAfterMs === null ? $later : 'in ' . ceil($error->retryAfterMs / 1000) . ' s');
    if ($error->requestId !== null) {
        $say('  Request id  ', $error->requestId);
    }
    if ($error->traceId !== null) {
        $say('  Trace id    ', $error->traceId);
    }
}

function line(Job $job): string
{
    return ($job->id ?? '-') . ' ' . ($job->stateText ?? '-') . "\n";
}

function showList(Client $client): void
{
    $number = 0;
    $jobs = $client->listJobs(since: null, pageSize: 2);
    foreach ($jobs as $job) {
        echo line($job);
        $number++;
    }
    echo "$number jobs, ", $jobs->isComplete() ? 'complete' : 'incomplete', "\n";
}

function showSummary(Client $client): void
{
    $summary = $client->summarizeJobs(since: null, pageSize: 2);
    echo 'latest ', $summary->latest?->id ?? '-', "\n";
    echo 'latest ended ', $summary->latestEnded?->id ?? '-', "\n";
    echo 'failed ', $summary->countInState(State::Failed), "\n";
    echo $summary->isComplete ? 'complete' : 'incomplete', "\n";
}

$command = $argv[1] ?? '';
if ($argc !== ($command === 'wait' ? 3 : 2)) {
    fwrite(STDERR, "usage: job_report.php JOB_ID | list | summary | wait JOB_ID\n");
    exit(2);
}
try {
    $client = new Client();
    match ($command) {
        'list' => showList($client),
        'summary' => showSummary($client),
        'wait' => print line($client->waitJob($argv[2], timeoutMs: 10_000, intervalMs: 50)),
        default => report($client->getJob($command)),
    };
} catch (Error $error) {
    explain($error);
    exit(1);
} catch (FFI\Exception $missing) {
    fwrite(STDERR, $missing->getMessage() . "\n");
    exit(1);
}
