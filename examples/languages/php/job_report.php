<?php
// Prints a backup job by way of the C library cloudbackupjobs, called through PHP's FFI.
//
//     CBJ_DATA_CENTER=us CBJ_CLIENT_ID=... CBJ_CLIENT_SECRET_FILE=... php job_report.php JOB_ID
//
// The classes are made to be copied; the program is at the end. Options beside the environment's are named arguments, or an
// array of them after "...":
//
//     new Client(data_center: 'us', client_id: '...', client_secret_file: '/run/secrets/cbj', timeout_ms: 5000)
//
// The system's loader looks for the library; LD_LIBRARY_PATH names other folders. Ctrl-C ends the program at once, but a
// handler of pcntl_signal runs after the call.

declare(strict_types=1);

namespace CloudBackupJobs;

use DateTimeImmutable;
use DateTimeZone;
use FFI;
use FFI\CData;

const DECLARATIONS = <<<'C'
// begin generated: declarations
typedef struct cbj_client cbj_client;
typedef struct cbj_config cbj_config;
typedef struct cbj_error cbj_error;
typedef struct cbj_job cbj_job;
typedef struct cbj_job_iter cbj_job_iter;
typedef struct cbj_query cbj_query;
typedef struct cbj_summary cbj_summary;
typedef int32_t cbj_job_type;
typedef int32_t cbj_log_level;
typedef int32_t cbj_object_type;
typedef int32_t cbj_state;
typedef int32_t cbj_status;
typedef int32_t cbj_trust;
const char *cbj_status_name(cbj_status status);
const char *cbj_error_message(const cbj_error *error);
int32_t cbj_error_http_status(const cbj_error *error);
const char *cbj_error_request_id(const cbj_error *error);
const char *cbj_error_trace_id(const cbj_error *error);
int64_t cbj_error_retry_after_ms(const cbj_error *error);
int32_t cbj_error_is_retryable(const cbj_error *error);
size_t cbj_error_detail_count(const cbj_error *error);
const char *cbj_error_detail_code(const cbj_error *error, size_t index);
const char *cbj_error_detail_field(const cbj_error *error, size_t index);
const char *cbj_error_detail_message(const cbj_error *error, size_t index);
void cbj_error_free(cbj_error *error);
cbj_config *cbj_config_new(void);
void cbj_config_free(cbj_config *config);
cbj_status cbj_config_load_env(cbj_config *config, cbj_error **error);
cbj_status cbj_config_set_option(cbj_config *config, const char *name, const char *value, cbj_error **error);
cbj_status cbj_client_new(const cbj_config *config, cbj_client **client, cbj_error **error);
void cbj_client_free(cbj_client *client);
cbj_status cbj_client_get_job(cbj_client *client, const char *job_id, const char *location, cbj_job **job, cbj_error **error);
void cbj_job_free(cbj_job *job);
const char *cbj_job_id(const cbj_job *job);
cbj_state cbj_job_state(const cbj_job *job);
const char *cbj_job_state_text(const cbj_job *job);
int64_t cbj_job_start_time_ms(const cbj_job *job);
int64_t cbj_job_finish_time_ms(const cbj_job *job);
const char *cbj_job_start_time_text(const cbj_job *job);
const char *cbj_job_finish_time_text(const cbj_job *job);
int64_t cbj_job_elapsed_ms(const cbj_job *job);
double cbj_job_duration_hours(const cbj_job *job);
int64_t cbj_job_total_count(const cbj_job *job);
int64_t cbj_job_failed_count(const cbj_job *job);
int64_t cbj_job_successful_count(const cbj_job *job);
int64_t cbj_job_skipped_count(const cbj_job *job);
size_t cbj_job_error_count(const cbj_job *job);
const char *cbj_job_error_message(const cbj_job *job, size_t index);
const char *cbj_job_error_url(const cbj_job *job, size_t index);
int64_t cbj_job_error_occurrences(const cbj_job *job, size_t index);
const char *cbj_job_request_id(const cbj_job *job);
// end generated

C;

enum State: int
{
    // begin generated: states
    case Unknown = 0;
    case InProgress = 1;
    case Finished = 2;
    case Failed = 3;
    case FinishedWithException = 4;
    case PartiallyFinished = 5;
    // end generated
}

/** PHP makes strings of `const char *`, and null of NULL; the rest of what is absent is made null here. */
final class Native
{
    public static function lib(): FFI
    {
        static $lib = null;
        return $lib ??= FFI::cdef(DECLARATIONS, 'libcloudbackupjobs.so.1');
    }

    public static function count(int $number): ?int
    {
        return $number < 0 ? null : $number;
    }

    public static function time(int $ms): ?DateTimeImmutable
    {
        if ($ms === PHP_INT_MIN) {
            return null;
        }
        $seconds = intdiv($ms, 1000) - ($ms % 1000 < 0 ? 1 : 0);
        $time = new DateTimeImmutable("@$seconds", new DateTimeZone('UTC'));
        return $time->modify('+' . ($ms - $seconds * 1000) . ' milliseconds');
    }

    /** Text for C, which would end it at a NUL. */
    public static function textIn(string $name, ?string $value): ?string
    {
        if ($value !== null && str_contains($value, "\0")) {
            throw new \ValueError("$name holds a NUL");
        }
        return $value;
    }

    /** Throws what is in the error's place. */
    public static function check(int $status, CData $error): void
    {
        if ($status !== 0) {
            throw new Error($status, $error);
        }
    }
}

/** A call failed. The message is one line for a person. */
final class Error extends \RuntimeException
{
    public readonly string $statusName;
    public readonly ?int $httpStatus;
    public readonly ?string $requestId;
    public readonly ?string $traceId;
    public readonly ?int $retryAfterMs;
    public readonly bool $isRetryable;
    /** @var list<array{code: ?string, field: ?string, message: ?string}> */
    public readonly array $details;

    public function __construct(int $status, CData $handle)
    {
        $lib = Native::lib();
        $this->statusName = $lib->cbj_status_name($status);
        $this->httpStatus = $lib->cbj_error_http_status($handle) ?: null;
        $this->requestId = $lib->cbj_error_request_id($handle);
        $this->traceId = $lib->cbj_error_trace_id($handle);
        $this->retryAfterMs = Native::count($lib->cbj_error_retry_after_ms($handle));
        $this->isRetryable = $lib->cbj_error_is_retryable($handle) === 1;
        $details = [];
        for ($index = 0; $index < $lib->cbj_error_detail_count($handle); $index++) {
            $details[] = [
                'code' => $lib->cbj_error_detail_code($handle, $index),
                'field' => $lib->cbj_error_detail_field($handle, $index),
                'message' => $lib->cbj_error_detail_message($handle, $index),
            ];
        }
        $this->details = $details;
        parent::__construct($lib->cbj_error_message($handle) ?? $this->statusName, $status);
        $lib->cbj_error_free($handle);
    }
}

/** One job. What the service did not send is null. */
final class Job
{
    public readonly ?string $id;
    public readonly State $state;
    public readonly ?string $stateText;
    public readonly ?DateTimeImmutable $startTime;
    public readonly ?DateTimeImmutable $finishTime;
    public readonly ?string $startTimeText;
    public readonly ?string $finishTimeText;
    public readonly ?int $elapsedMs;
    public readonly ?float $durationHours;
    public readonly ?int $totalCount;
    public readonly ?int $failedCount;
    public readonly ?int $successfulCount;
    public readonly ?int $skippedCount;
    public readonly ?string $requestId;
    /** @var list<array{message: ?string, url: ?string, occurrences: ?int}> */
    public readonly array $errors;

    /** Copies the job out of its handle, which is freed. */
    public function __construct(CData $handle)
    {
        $lib = Native::lib();
        $this->id = $lib->cbj_job_id($handle);
        $this->state = State::tryFrom($lib->cbj_job_state($handle)) ?? State::Unknown;
        $this->stateText = $lib->cbj_job_state_text($handle);
        $this->startTime = Native::time($lib->cbj_job_start_time_ms($handle));
        $this->finishTime = Native::time($lib->cbj_job_finish_time_ms($handle));
        $this->startTimeText = $lib->cbj_job_start_time_text($handle);
        $this->finishTimeText = $lib->cbj_job_finish_time_text($handle);
        $this->elapsedMs = Native::count($lib->cbj_job_elapsed_ms($handle));
        $hours = $lib->cbj_job_duration_hours($handle);
        $this->durationHours = is_nan($hours) ? null : $hours;
        $this->totalCount = Native::count($lib->cbj_job_total_count($handle));
        $this->failedCount = Native::count($lib->cbj_job_failed_count($handle));
        $this->successfulCount = Native::count($lib->cbj_job_successful_count($handle));
        $this->skippedCount = Native::count($lib->cbj_job_skipped_count($handle));
        $this->requestId = $lib->cbj_job_request_id($handle);
        $errors = [];
        for ($index = 0; $index < $lib->cbj_job_error_count($handle); $index++) {
            $errors[] = [
                'message' => $lib->cbj_job_error_message($handle, $index),
                'url' => $lib->cbj_job_error_url($handle, $index),
                'occurrences' => Native::count($lib->cbj_job_error_occurrences($handle, $index)),
            ];
        }
        $this->errors = $errors;
        $lib->cbj_job_free($handle);
    }
}

/**
 * Asks the service; configured by the environment and by options with the names of the library's configuration file.
 * Where both have an option, the one given here wins; null leaves it out.
 */
final class Client
{
    private CData $handle;

    public function __construct(string|int|bool|null ...$options)
    {
        $lib = Native::lib();
        [$client, $error] = [$lib->new('cbj_client *'), $lib->new('cbj_error *')];
        $config = $lib->cbj_config_new();
        try {
            Native::check($lib->cbj_config_load_env($config, FFI::addr($error)), $error);
            foreach (array_filter($options, fn ($value) => $value !== null) as $name => $value) {
                $option = Native::textIn("an option's name", (string) $name);
                $text = Native::textIn((string) $name, is_bool($value) ? ($value ? 'true' : 'false') : (string) $value);
                Native::check($lib->cbj_config_set_option($config, $option, $text, FFI::addr($error)), $error);
            }
            Native::check($lib->cbj_client_new($config, FFI::addr($client), FFI::addr($error)), $error);
        } finally {
            $lib->cbj_config_free($config);
        }
        $this->handle = $client;
    }

    public function __destruct()
    {
        if (isset($this->handle)) {
            Native::lib()->cbj_client_free($this->handle);
        }
    }

    public function getJob(string $jobId, ?string $location = null): Job
    {
        $lib = Native::lib();
        [$job, $error] = [$lib->new('cbj_job *'), $lib->new('cbj_error *')];
        [$id, $where] = [Native::textIn('jobId', $jobId), Native::textIn('location', $location)];
        $status = $lib->cbj_client_get_job($this->handle, $id, $where, FFI::addr($job), FFI::addr($error));
        Native::check($status, $error);
        return new Job($job);
    }
}

// The program.

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

if ($argc !== 2) {
    fwrite(STDERR, "usage: job_report.php JOB_ID\n");
    exit(2);
}
try {
    report((new Client())->getJob($argv[1]));
} catch (Error $error) {
    explain($error);
    exit(1);
} catch (FFI\Exception $missing) {
    fwrite(STDERR, $missing->getMessage() . "\n");
    exit(1);
}
