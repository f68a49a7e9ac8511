/** The jobs of Cloud Backup for Microsoft 365. Not affiliated with AvePoint. */

// begin generated: states
export type State =
    | 'unknown'
    | 'inProgress'
    | 'finished'
    | 'failed'
    | 'finishedWithException'
    | 'partiallyFinished';
// end generated

/** What a job does. */
// begin generated: job_types
export type JobType =
    | 'all'
    | 'backup'
    | 'restore'
    | 'export'
    | 'deletion'
    | 'retention';
// end generated

/** The kind of objects that a job is about. */
// begin generated: object_types
export type ObjectType =
    | 'all'
    | 'exchangeOnline'
    | 'sharepointOnline'
    | 'onedrive'
    | 'microsoft365Groups'
    | 'projectOnline'
    | 'publicFolder'
    | 'teams'
    | 'vivaEngage'
    | 'teamsChat'
    | 'powerBi'
    | 'powerAutomate'
    | 'powerApps';
// end generated

/** Counts up to 2^53 are numbers, and above it bigints: nothing is rounded. */
export type Count = number | bigint;

/** One of the top errors of a job. What the service did not send is null. */
export interface JobError {
    readonly message: string | null;
    readonly url: string | null;
    readonly occurrences: Count | null;
    readonly hasCode: boolean | null;
}

/** One job. What the service did not send is null. */
export interface Job {
    readonly id: string | null;
    readonly state: State;
    /** As the service wrote it, also where this version does not know it. */
    readonly stateText: string | null;
    /** Whether the job will not change any more. */
    readonly isTerminal: boolean;
    readonly startTime: Date | null;
    readonly finishTime: Date | null;
    readonly startTimeText: string | null;
    readonly finishTimeText: string | null;
    /** Finish minus start, in milliseconds. */
    readonly elapsedMs: Count | null;
    /** The service's own, coarse hours. */
    readonly durationHours: number | null;
    readonly durationText: string | null;
    readonly totalCount: Count | null;
    readonly failedCount: Count | null;
    readonly successfulCount: Count | null;
    readonly skippedCount: Count | null;
    readonly errors: readonly JobError[];
    /** Whether the service sent the list of errors, even an empty one. */
    readonly hasErrorList: boolean;
    readonly requestId: string | null;
    readonly traceId: string | null;
    readonly responseTime: Date | null;
    /** The `data` object exactly as sent. */
    readonly json: string;
}

/** One entry of the service's own list of errors. */
export interface ErrorDetail {
    readonly code: string | null;
    readonly field: string | null;
    readonly message: string | null;
}

/** A call failed. The message is one line for a person. */
export class CloudBackupError extends Error {
    private constructor();
    /** The number of cbj_status. */
    status: number;
    /** Its name, e.g. "CBJ_ERROR_TIMEOUT". */
    code: string;
    /** null where no answer came. */
    httpStatus: number | null;
    requestId: string | null;
    traceId: string | null;
    /** How long the service asked to wait. */
    retryAfterMs: Count | null;
    /** Whether the same call would make sense later. */
    isRetryable: boolean;
    details: readonly ErrorDetail[];
}

/**
 * Needed are a data center or a base URL; and an access token, or a client id with a secret or a certificate. The
 * options that end with File are paths of files that hold the secret. null leaves an option out. A wrong option is a
 * CloudBackupError that names it as the C library does: timeout_ms for timeoutMs.
 */
export interface Options {
    // begin generated: options
    /** The tenant's data center, which names both URLs: us, gcp-jp, gov and so on. */
    dataCenter?: string | null;
    /** The URL of the service; wins over the data center. */
    baseUrl?: string | null;
    /** The token URL of the identity service, used exactly as it is; wins over the data center. */
    identityUrl?: string | null;
    /** An access token that the program got itself. */
    accessToken?: string | null;
    /** The path of a file that holds accessToken. */
    accessTokenFile?: string | null;
    /** The client id of the app registration. */
    clientId?: string | null;
    /** The client secret of the app registration. */
    clientSecret?: string | null;
    /** The path of a file that holds clientSecret. */
    clientSecretFile?: string | null;
    /** The path of the file with the certificate of the app registration and its private key: PEM, or PKCS#12 (.pfx, .p12). */
    clientCertificate?: string | null;
    /** The password of the certificate's file. Default: none. */
    clientCertificatePassword?: string | null;
    /** The path of a file that holds clientCertificatePassword. */
    clientCertificatePasswordFile?: string | null;
    /** The scope that access tokens are requested for. Default: microsoft365backup.jobInfo.read.all. */
    scope?: string | null;
    /** The location of the jobs in a Multi-Geo tenant, for calls that name none. Default: none. */
    location?: string | null;
    /** The milliseconds that a whole call may take, retries included. Default: 30000. */
    timeoutMs?: number | null;
    /** The milliseconds that one attempt to connect may take. Default: 10000. */
    connectTimeoutMs?: number | null;
    /** How many times a call tries again. Default: 2. */
    maxRetries?: number | null;
    /** The size in bytes of the largest answer that is read; a call takes at most three times the size of its answer, and 1 MiB. Default: 8388608. */
    maxResponseBytes?: number | bigint | null;
    /** The path of a PEM file with the certificates that are trusted instead of all others. */
    caFile?: string | null;
    /** Whose certificates are trusted: bundled for Mozilla's authorities, system for those of the machine, or of SSL_CERT_FILE and SSL_CERT_DIR. Default: bundled. */
    trust?: 'bundled' | 'system' | null;
    /** The proxy: http[s]://[user:password@]host:port, user and password percent-encoded; empty for no proxy. Default: from the environment. */
    proxy?: string | null;
    /** The path of a file that holds proxy. */
    proxyFile?: string | null;
    /** Text that is put before the library's own User-Agent. Default: none. */
    userAgent?: string | null;
    /** Whether plain http is allowed to hosts other than loopback: true or false. Default: false. */
    allowHttp?: boolean | null;
    // end generated
}

/** Which jobs to find: those of the last 7 days, unless the query says otherwise. null means the default, except in `since`. */
export interface Query {
    /** Jobs that started at this time or later; null for no limit. Default: 7 days before the call. */
    since?: Date | null;
    /** Jobs that started before this time. */
    until?: Date | null;
    /** A name, or a number that has no name here. Default: all. */
    jobType?: JobType | number | null;
    /** A name, or a number that has no name here. Default: all. */
    objectType?: ObjectType | number | null;
    /** Default: 'unknown', which means any state. */
    state?: State | null;
    /** Default: the configured location, or all locations if none is configured. */
    location?: string | null;
    /** How many jobs to ask for at once: 1 to 1000. Default: 50. */
    pageSize?: number | null;
    /** After how many jobs a listing gives up; it is incomplete then. Default: 10000. */
    maxJobs?: number | null;
}

/** A signal that ends one call or list and no other. The call then rejects with the signal's reason. */
export interface Abortable {
    signal?: AbortSignal | null;
}

/** How to wait for a job. */
export interface WaitOptions extends Abortable {
    /** The milliseconds of the whole wait. */
    timeoutMs: number;
    /** The milliseconds between two polls. Default: 30000. */
    pollIntervalMs?: number | null;
    location?: string | null;
}

/** The jobs of a query, in the service's order, each of them once. The next page is fetched when it is needed. */
export interface JobList extends AsyncIterableIterator<Job> {
    /** How many jobs there are, as the service said last; it counts whole days. null before the first page. */
    readonly totalCount: Count | null;
    /** How many jobs the service says it has and did not send. null where the number is unknown, and before the end. */
    readonly missingCount: Count | null;
    /** Whether the list has ended and no job is known to be missing. */
    readonly isComplete: boolean;
    /** The next job. After a failure another call asks for the same page again. */
    next(): Promise<IteratorResult<Job, undefined>>;
    /** Ends the list: `break` in a `for await` calls it. */
    return(value?: any): Promise<IteratorReturnResult<any>>;
}

/** A summary of the jobs that match a query. */
export interface Summary {
    /** The job that started last. */
    readonly latest: Job | null;
    /** The job that ended last. */
    readonly latestEnded: Job | null;
    /** The job that started last, of those in each state. */
    readonly latestByState: Readonly<Record<State, Job | null>>;
    /** How many different jobs there are. */
    readonly count: Count;
    readonly countByState: Readonly<Record<State, Count>>;
    /** How many jobs there are, as the service said last; it counts whole days. */
    readonly totalCount: Count | null;
    /** How many jobs the service says it has and did not send. null where the number is unknown. */
    readonly missingCount: Count | null;
    /** Whether no job is known to be missing. */
    readonly isComplete: boolean;
}

/** Asks the service. Keeps connections and the access token, so make one and keep it. */
export class Client {
    private constructor();
    /** Configured by the variables CBJ_DATA_CENTER, CBJ_CLIENT_ID and so on; where both have an option, `options` win. */
    static fromEnvironment(options?: Options): Client;
    /** Configured by a file: one JSON object with the options' names as the C library spells them; `options` win. */
    static fromFile(file: string, options?: Options): Client;
    /** Configured by these options alone. */
    static fromOptions(options: Options): Client;
    /** Retrieves one job; rejects with a CloudBackupError. The event loop goes on meanwhile. */
    getJob(jobId: string, location?: string | null): Promise<Job>;
    /**
     * Waits until a job has ended, well or not. The wait takes a thread of libuv's pool, which has four unless
     * UV_THREADPOOL_SIZE says otherwise, until it ends.
     */
    waitJob(jobId: string, options: WaitOptions): Promise<Job>;
    /** Lists the jobs that match a query, for `for await`. The first page is fetched for the first job. */
    listJobs(query?: Query & Abortable): JobList;
    /** A summary of the jobs that match a query. Reads all pages within the time of one call. */
    summarizeJobs(query?: Query & Abortable): Promise<Summary>;
    /** Another client on the same connections and token, with a time and a cancel of its own. Close it like any other. */
    share(): Client;
    /** Sets the milliseconds that a whole call may take, for calls that begin from now on. */
    setTimeoutMs(ms: number): void;
    /** Replaces the token of a client that was made with one. */
    setAccessToken(token: string): void;
    /** Ends the calls under way, and those to come until resume(). */
    cancel(): void;
    resume(): void;
    /** Cancels what is under way, and frees the client when that has ended. */
    close(): void;
}

/** Reads an answer of the service that was saved: the JSON text of the whole envelope. */
export function parseJob(envelope: string): Job;

/** The version of the library that is loaded. */
export function version(): string;

/** Whether that library has a part. */
export function hasFeature(name: 'certificate' | 'system-trust'): boolean;

/** All types of job, and all kinds of objects, that have a name here. */
export const jobTypes: readonly JobType[];
export const objectTypes: readonly ObjectType[];

/** The name of a type of job with small letters, e.g. 'backup'; null for a number that has no name here. */
export function jobTypeName(type: JobType | number): string | null;

/** The name of a kind of objects with small letters, e.g. 'exchange-online'; null for a number that has no name here. */
export function objectTypeName(type: ObjectType | number): string | null;
