<?php
// Backup jobs by way of the C library cloudbackupjobs, called through PHP's FFI. Copy this file.
//
// Options beside the environment's are named arguments, or an array of them after "...":
//
//     new Client(data_center: 'us', client_id: '...', client_secret_file: '/run/secrets/cbj', timeout_ms: 5000)
//
// Jobs are listed page by page:
//
//     foreach ($client->listJobs(objectType: ObjectType::ExchangeOnline, state: State::Failed) as $job)
//
// The library's file is looked for beside this file, and then where the system has its libraries: LD_LIBRARY_PATH names other
// folders on Linux, PATH on Windows. Ctrl-C ends the program at once, but a handler of pcntl_signal runs after the call.

declare(strict_types=1);

namespace CloudBackupJobs;

use DateTimeImmutable;
use DateTimeInterface;
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
const char *cbj_version(void);
int32_t cbj_has_feature(const char *name);
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
cbj_status cbj_config_load_file(cbj_config *config, const char *path, cbj_error **error);
cbj_status cbj_config_set_option(cbj_config *config, const char *name, const char *value, cbj_error **error);
cbj_status cbj_client_new(const cbj_config *config, cbj_client **client, cbj_error **error);
void cbj_client_free(cbj_client *client);
cbj_status cbj_client_get_job(cbj_client *client, const char *job_id, const char *location, cbj_job **job, cbj_error **error);
cbj_status cbj_client_wait_job(cbj_client *client, const char *job_id, const char *location, uint32_t poll_interval_ms, uint32_t timeout_ms, cbj_job **job, cbj_error **error);
cbj_status cbj_client_share(cbj_client *client, cbj_client **other, cbj_error **error);
cbj_status cbj_client_set_timeout_ms(cbj_client *client, uint32_t ms);
cbj_status cbj_client_set_access_token(cbj_client *client, const char *token);
const char *cbj_job_type_name(cbj_job_type job_type);
cbj_job_type cbj_job_type_from_name(const char *name);
const char *cbj_object_type_name(cbj_object_type object_type);
cbj_object_type cbj_object_type_from_name(const char *name);
cbj_query *cbj_query_new(void);
void cbj_query_free(cbj_query *query);
cbj_status cbj_query_set_since_ms(cbj_query *query, int64_t unix_ms);
cbj_status cbj_query_set_until_ms(cbj_query *query, int64_t unix_ms);
cbj_status cbj_query_set_job_type(cbj_query *query, cbj_job_type job_type);
cbj_status cbj_query_set_object_type(cbj_query *query, cbj_object_type object_type);
cbj_status cbj_query_set_state(cbj_query *query, cbj_state state);
cbj_status cbj_query_set_location(cbj_query *query, const char *location);
cbj_status cbj_query_set_page_size(cbj_query *query, uint32_t jobs);
cbj_status cbj_query_set_max_jobs(cbj_query *query, uint32_t jobs);
cbj_status cbj_client_list_jobs(cbj_client *client, const cbj_query *query, cbj_job_iter **iter, cbj_error **error);
cbj_status cbj_job_iter_next(cbj_job_iter *iter, cbj_job **job, cbj_error **error);
int64_t cbj_job_iter_total_count(const cbj_job_iter *iter);
int64_t cbj_job_iter_missing_count(const cbj_job_iter *iter);
int32_t cbj_job_iter_is_complete(const cbj_job_iter *iter);
void cbj_job_iter_free(cbj_job_iter *iter);
cbj_status cbj_client_summarize_jobs(cbj_client *client, const cbj_query *query, cbj_summary **summary, cbj_error **error);
const cbj_job *cbj_summary_latest(const cbj_summary *summary);
const cbj_job *cbj_summary_latest_ended(const cbj_summary *summary);
const cbj_job *cbj_summary_latest_in_state(const cbj_summary *summary, cbj_state state);
int64_t cbj_summary_count(const cbj_summary *summary);
int64_t cbj_summary_count_in_state(const cbj_summary *summary, cbj_state state);
int64_t cbj_summary_total_count(const cbj_summary *summary);
int64_t cbj_summary_missing_count(const cbj_summary *summary);
int32_t cbj_summary_is_complete(const cbj_summary *summary);
void cbj_summary_free(cbj_summary *summary);
cbj_status cbj_job_parse(const char *json, size_t length, cbj_job **job, cbj_error **error);
void cbj_job_free(cbj_job *job);
const char *cbj_job_id(const cbj_job *job);
cbj_state cbj_job_state(const cbj_job *job);
const char *cbj_job_state_text(const cbj_job *job);
int32_t cbj_state_is_terminal(cbj_state state);
int64_t cbj_job_start_time_ms(const cbj_job *job);
int64_t cbj_job_finish_time_ms(const cbj_job *job);
const char *cbj_job_start_time_text(const cbj_job *job);
const char *cbj_job_finish_time_text(const cbj_job *job);
int64_t cbj_job_elapsed_ms(const cbj_job *job);
double cbj_job_duration_hours(const cbj_job *job);
const char *cbj_job_duration_text(const cbj_job *job);
int64_t cbj_job_total_count(const cbj_job *job);
int64_t cbj_job_failed_count(const cbj_job *job);
int64_t cbj_job_successful_count(const cbj_job *job);
int64_t cbj_job_skipped_count(const cbj_job *job);
size_t cbj_job_error_count(const cbj_job *job);
int32_t cbj_job_has_error_list(const cbj_job *job);
const char *cbj_job_error_message(const cbj_job *job, size_t index);
const char *cbj_job_error_url(const cbj_job *job, size_t index);
int64_t cbj_job_error_occurrences(const cbj_job *job, size_t index);
int32_t cbj_job_error_has_code(const cbj_job *job, size_t index);
const char *cbj_job_request_id(const cbj_job *job);
const char *cbj_job_trace_id(const cbj_job *job);
int64_t cbj_job_response_time_ms(const cbj_job *job);
const char *cbj_job_json(const cbj_job *job);
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

    /** Whether a job in this state has ended. */
    public function isTerminal(): bool
    {
        return Native::lib()->cbj_state_is_terminal($this->value) === 1;
    }

    /** The state with this name; case, blanks, '_' and '-' do not count. */
    public static function parse(string $name): ?self
    {
        $bare = fn (string $text) => strtolower(str_replace([' ', '_', '-'], '', $text));
        foreach (self::cases() as $state) {
            if ($bare($state->name) === $bare($name)) {
                return $state;
            }
        }
        return null;
    }
}

/** What a job does. */
enum JobType: int
{
    // begin generated: job_types
    case All = 0;
    case Backup = 1;
    case Restore = 2;
    case Export = 3;
    case Deletion = 4;
    case Retention = 5;
    // end generated

    /** "backup" */
    public function text(): string
    {
        return Native::lib()->cbj_job_type_name($this->value);
    }

    /** The type with this name; case, blanks, '_' and '-' do not count. */
    public static function parse(string $name): ?self
    {
        return self::tryFrom(Native::lib()->cbj_job_type_from_name(Native::textIn('name', $name)));
    }
}

/** The kind of objects that a job is about. */
enum ObjectType: int
{
    // begin generated: object_types
    case All = 0;
    case ExchangeOnline = 1;
    case SharepointOnline = 2;
    case Onedrive = 3;
    case Microsoft365Groups = 4;
    case ProjectOnline = 5;
    case PublicFolder = 6;
    case Teams = 7;
    case VivaEngage = 8;
    case TeamsChat = 9;
    case PowerBi = 10;
    case PowerAutomate = 11;
    case PowerApps = 12;
    // end generated

    /** "exchange-online" */
    public function text(): string
    {
        return Native::lib()->cbj_object_type_name($this->value);
    }

    /** The kind with this name; case, blanks, '_' and '-' do not count. */
    public static function parse(string $name): ?self
    {
        return self::tryFrom(Native::lib()->cbj_object_type_from_name(Native::textIn('name', $name)));
    }
}

/** PHP makes strings of `const char *`, and null of NULL; the rest of what is absent is made null here. */
final class Native
{
    public static function lib(): FFI
    {
        static $lib = null;
        return $lib ??= self::load();
    }

    private static function load(): FFI
    {
        if (PHP_INT_SIZE < 8) {
            // FFI would cut counts and times, which have 64 bits in C.
            throw new \RuntimeException('cloudbackupjobs.php needs a PHP with 64-bit integers');
        }
        // begin generated: library
        $file = match (PHP_OS_FAMILY) {
            'Windows' => 'cloudbackupjobs.dll',
            'Darwin' => 'libcloudbackupjobs.1.dylib',
            default => 'libcloudbackupjobs.so.1',
        };
        // end generated
        $beside = __DIR__ . DIRECTORY_SEPARATOR . $file;
        return FFI::cdef(DECLARATIONS, is_file($beside) ? $beside : $file);
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

    /** Unix milliseconds; null is no limit. */
    public static function limit(?DateTimeInterface $time): int
    {
        return $time === null ? PHP_INT_MIN : $time->getTimestamp() * 1000 + (int) $time->format('v');
    }

    /**
     * The number of a choice, which is given by its enum, its name or the service's number; null is any. FFI would make 0,
     * which is any, of a text, and cut a larger number.
     *
     * @param class-string<State|JobType|ObjectType> $enum
     */
    public static function choice(string $name, mixed $value, string $enum): int
    {
        if (is_string($value)) {
            $value = $enum::parse($value) ?? throw new \ValueError("$name is \"$value\", which is not a known name");
        }
        $number = $value instanceof $enum ? $value->value : $value ?? 0;
        if (!is_int($number)) {
            $found = $value instanceof \UnitEnum ? $value::class . "::$value->name" : 'a ' . get_debug_type($value);
            throw new \TypeError("$name is $found, wanted a case of $enum, its name or its number");
        }
        if ($number < -0x80000000 || $number > 0x7fffffff) {
            throw new \ValueError("$name is $number, wanted -2147483648 to 2147483647");
        }
        return $number;
    }

    /** The nearest number that C has; the library refuses 0 where it means nothing. */
    public static function uint32(int $number): int
    {
        return max(0, min($number, 0xffffffff));
    }

    /**
     * What `$call` puts into a new place for a handle; throws what it puts into that of an error.
     *
     * @param callable(CData, CData): int $call
     */
    public static function call(string $type, callable $call): CData
    {
        [$made, $error] = [self::lib()->new($type), self::lib()->new('cbj_error *')];
        $status = $call(FFI::addr($made), FFI::addr($error));
        if ($status !== 0) {
            throw new Error($status, $error);
        }
        return $made;
    }

    /** For functions that have a status and no error. */
    public static function check(int $status, string $name): void
    {
        if ($status !== 0) {
            throw new \ValueError("$name is not allowed: " . self::lib()->cbj_status_name($status));
        }
    }

    /** The library's version. */
    public static function version(): string
    {
        return self::lib()->cbj_version();
    }

    /** Whether the library was built with a feature, for example "certificate". */
    public static function hasFeature(string $name): bool
    {
        return self::lib()->cbj_has_feature(self::textIn('name', $name)) === 1;
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
    public readonly ?string $durationText;
    public readonly ?int $totalCount;
    public readonly ?int $failedCount;
    public readonly ?int $successfulCount;
    public readonly ?int $skippedCount;
    public readonly ?string $requestId;
    public readonly ?string $traceId;
    public readonly ?DateTimeImmutable $responseTime;
    /** The job as the service sent it. */
    public readonly string $json;
    /** @var list<array{message: ?string, url: ?string, occurrences: ?int, hasCode: ?bool}> */
    public readonly array $errors;
    /** Whether the service sent the list of errors, even an empty one. */
    public readonly bool $hasErrorList;

    /** Reads a saved answer of the service. */
    public static function parse(string $json): self
    {
        $parse = fn ($job, $error) => Native::lib()->cbj_job_parse($json, strlen($json), $job, $error);
        return self::take(Native::call('cbj_job *', $parse));
    }

    /** Copies the job out of its handle, which is freed. */
    public static function take(CData $handle): self
    {
        try {
            return new self($handle);
        } finally {
            Native::lib()->cbj_job_free($handle);
        }
    }

    /** Null for none. */
    public static function copy(?CData $handle): ?self
    {
        return $handle === null ? null : new self($handle);
    }

    private function __construct(CData $handle)
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
                'hasCode' => [-1 => null, 0 => false, 1 => true][$lib->cbj_job_error_has_code($handle, $index)],
            ];
        }
        $this->errors = $errors;
        $this->hasErrorList = $lib->cbj_job_has_error_list($handle) === 1;
        $this->durationText = $lib->cbj_job_duration_text($handle);
        $this->traceId = $lib->cbj_job_trace_id($handle);
        $this->responseTime = Native::time($lib->cbj_job_response_time_ms($handle));
        $this->json = $lib->cbj_job_json($handle);
    }
}

/**
 * A list of jobs, read page by page as it is needed, and once: a second loop goes on where the first one ended, and after a
 * failure it asks for the same page again. Outlives its client.
 *
 * @implements \IteratorAggregate<int, Job>
 */
final class JobList implements \IteratorAggregate
{
    public function __construct(private CData $handle)
    {
    }

    /** A copy would free the handle once more. */
    private function __clone()
    {
    }

    public function __destruct()
    {
        Native::lib()->cbj_job_iter_free($this->handle);
    }

    /** @return \Generator<int, Job> */
    public function getIterator(): \Generator
    {
        while (($job = $this->next()) !== null) {
            yield $job;
        }
    }

    /** How many jobs there are, as the service said last, in whole days. */
    public function totalCount(): ?int
    {
        return Native::count(Native::lib()->cbj_job_iter_total_count($this->handle));
    }

    /** After the end: how many jobs the service says it has and did not send; null where the number is unknown. */
    public function missingCount(): ?int
    {
        return Native::count(Native::lib()->cbj_job_iter_missing_count($this->handle));
    }

    /** After the end: whether no job is known to be missing. */
    public function isComplete(): bool
    {
        return Native::lib()->cbj_job_iter_is_complete($this->handle) === 1;
    }

    private function next(): ?Job
    {
        $next = fn ($job, $error) => Native::lib()->cbj_job_iter_next($this->handle, $job, $error);
        $found = Native::call('cbj_job *', $next);
        return FFI::isNull($found) ? null : Job::take($found);
    }
}

/** What the jobs of a query say together. A job that there is not is null. */
final class Summary
{
    public readonly ?Job $latest;
    public readonly ?Job $latestEnded;
    public readonly int $count;
    /** As the service said last, in whole days. */
    public readonly ?int $totalCount;
    /** How many jobs the service says it has and did not send; null where the number is unknown. */
    public readonly ?int $missingCount;
    /** Whether no job is known to be missing. */
    public readonly bool $isComplete;
    /** @var array<int, array{count: int, latest: ?Job}> by the states' numbers */
    private readonly array $states;

    /** Copies the summary out of its handle, which is freed. */
    public function __construct(CData $handle)
    {
        $lib = Native::lib();
        try {
            $this->latest = Job::copy($lib->cbj_summary_latest($handle));
            $this->latestEnded = Job::copy($lib->cbj_summary_latest_ended($handle));
            $this->count = $lib->cbj_summary_count($handle);
            $this->totalCount = Native::count($lib->cbj_summary_total_count($handle));
            $this->missingCount = Native::count($lib->cbj_summary_missing_count($handle));
            $this->isComplete = $lib->cbj_summary_is_complete($handle) === 1;
            $states = [];
            foreach (State::cases() as $state) {
                $states[$state->value] = [
                    'count' => $lib->cbj_summary_count_in_state($handle, $state->value),
                    'latest' => Job::copy($lib->cbj_summary_latest_in_state($handle, $state->value)),
                ];
            }
            $this->states = $states;
        } finally {
            $lib->cbj_summary_free($handle);
        }
    }

    public function countInState(State $state): int
    {
        return $this->states[$state->value]['count'];
    }

    public function latestInState(State $state): ?Job
    {
        return $this->states[$state->value]['latest'];
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
        $this->handle = self::make($options, fn ($config, $error) => Native::lib()->cbj_config_load_env($config, $error));
    }

    /** Configured by a file, instead of the environment, and by options. */
    public static function fromFile(string $path, string|int|bool|null ...$options): self
    {
        $name = Native::textIn('path', $path);
        $load = fn ($config, $error) => Native::lib()->cbj_config_load_file($config, $name, $error);
        return self::of(self::make($options, $load));
    }

    /** A copy would free the handle once more; share() makes another client. */
    private function __clone()
    {
    }

    private static function of(CData $handle): self
    {
        $client = (new \ReflectionClass(self::class))->newInstanceWithoutConstructor();
        $client->handle = $handle;
        return $client;
    }

    private static function make(array $options, callable $load): CData
    {
        $lib = Native::lib();
        $config = $lib->cbj_config_new();
        try {
            Native::call('void *', fn ($none, $error) => $load($config, $error));
            foreach (array_filter($options, fn ($value) => $value !== null) as $name => $value) {
                $option = Native::textIn("an option's name", (string) $name);
                $text = Native::textIn((string) $name, is_bool($value) ? ($value ? 'true' : 'false') : (string) $value);
                Native::call('void *', fn ($none, $error) => $lib->cbj_config_set_option($config, $option, $text, $error));
            }
            $make = fn ($client, $error) => $lib->cbj_client_new($config, $client, $error);
            return Native::call('cbj_client *', $make);
        } finally {
            $lib->cbj_config_free($config);
        }
    }

    public function __destruct()
    {
        if (isset($this->handle)) {
            Native::lib()->cbj_client_free($this->handle);
        }
    }

    public function getJob(string $jobId, ?string $location = null): Job
    {
        [$id, $where] = [Native::textIn('jobId', $jobId), Native::textIn('location', $location)];
        $get = fn ($job, $error) => Native::lib()->cbj_client_get_job($this->handle, $id, $where, $job, $error);
        return Job::take(Native::call('cbj_job *', $get));
    }

    /**
     * Waits until a job has ended, well or not. Asks for it at an interval, of which 0 means 30 s, and fails with
     * CBJ_ERROR_TIMEOUT after the timeout. Failures that a later call may not have do not end it.
     */
    public function waitJob(string $jobId, int $timeoutMs, int $intervalMs = 0, ?string $location = null): Job
    {
        [$id, $where] = [Native::textIn('jobId', $jobId), Native::textIn('location', $location)];
        [$poll, $most] = [Native::uint32($intervalMs), Native::uint32($timeoutMs)];
        $wait = fn ($job, $error) => Native::lib()->cbj_client_wait_job($this->handle, $id, $where, $poll, $most, $job, $error);
        return Job::take(Native::call('cbj_job *', $wait));
    }

    /**
     * The query: since and until (null: no limit), jobType, objectType, state, location, pageSize, maxJobs. What is left out
     * is as in the library: every job that started in the last 7 days. A kind, and a state, may also be given by its name or by
     * the service's number.
     */
    public function listJobs(DateTimeInterface|JobType|ObjectType|State|string|int|null ...$query): JobList
    {
        $list = fn ($asked) => fn ($list, $error) => Native::lib()->cbj_client_list_jobs($this->handle, $asked, $list, $error);
        return new JobList($this->ask($query, 'cbj_job_iter *', $list));
    }

    /** The same jobs together. Reads the whole list within the time of one call. */
    public function summarizeJobs(DateTimeInterface|JobType|ObjectType|State|string|int|null ...$query): Summary
    {
        $ask = fn ($asked) => fn ($made, $error) => Native::lib()->cbj_client_summarize_jobs($this->handle, $asked, $made, $error);
        return new Summary($this->ask($query, 'cbj_summary *', $ask));
    }

    /** Another client on the same connections and access token, with a timeout of its own. */
    public function share(): self
    {
        $share = fn ($client, $error) => Native::lib()->cbj_client_share($this->handle, $client, $error);
        return self::of(Native::call('cbj_client *', $share));
    }

    /** How long a whole call may take, for calls that begin from now on. */
    public function setTimeoutMs(int $timeout): void
    {
        Native::check(Native::lib()->cbj_client_set_timeout_ms($this->handle, Native::uint32($timeout)), 'timeout');
    }

    /** Replaces the access token of a client that was configured with one. */
    public function setAccessToken(string $token): void
    {
        $text = Native::textIn('token', $token);
        Native::check(Native::lib()->cbj_client_set_access_token($this->handle, $text), 'token');
    }

    private function ask(array $options, string $type, callable $call): CData
    {
        $lib = Native::lib();
        $query = $lib->cbj_query_new();
        try {
            foreach ($options as $name => $value) {
                Native::check(match ($name) {
                    'since' => $lib->cbj_query_set_since_ms($query, Native::limit($value)),
                    'until' => $lib->cbj_query_set_until_ms($query, Native::limit($value)),
                    'jobType' => $lib->cbj_query_set_job_type($query, Native::choice($name, $value, JobType::class)),
                    'objectType' => $lib->cbj_query_set_object_type($query, Native::choice($name, $value, ObjectType::class)),
                    'state' => $lib->cbj_query_set_state($query, Native::choice($name, $value, State::class)),
                    'location' => $lib->cbj_query_set_location($query, Native::textIn($name, $value)),
                    'pageSize' => $lib->cbj_query_set_page_size($query, Native::uint32($value)),
                    'maxJobs' => $lib->cbj_query_set_max_jobs($query, Native::uint32($value)),
                    default => throw new \ValueError("a query has no $name"),
                }, $name);
            }
            return Native::call($type, $call($query));
        } finally {
            $lib->cbj_query_free($query);
        }
    }
}
