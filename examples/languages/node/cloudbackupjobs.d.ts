/** The details of one Cloud Backup for Microsoft 365 job. Not affiliated with AvePoint. */

export type State =
    | 'unknown'
    | 'inProgress'
    | 'finished'
    | 'failed'
    | 'finishedWithException'
    | 'partiallyFinished';

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
    dataCenter?: string | null;
    baseUrl?: string | null;
    identityUrl?: string | null;
    accessToken?: string | null;
    accessTokenFile?: string | null;
    clientId?: string | null;
    clientSecret?: string | null;
    clientSecretFile?: string | null;
    /** The path of a PEM or PKCS#12 file. */
    clientCertificate?: string | null;
    clientCertificatePassword?: string | null;
    clientCertificatePasswordFile?: string | null;
    scope?: string | null;
    location?: string | null;
    timeoutMs?: number | null;
    connectTimeoutMs?: number | null;
    maxRetries?: number | null;
    maxResponseBytes?: number | bigint | null;
    caFile?: string | null;
    trust?: 'bundled' | 'system' | null;
    /** "" means none; without it the environment names one. */
    proxy?: string | null;
    proxyFile?: string | null;
    userAgent?: string | null;
    allowHttp?: boolean | null;
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
