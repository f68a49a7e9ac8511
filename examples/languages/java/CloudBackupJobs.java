package cloudbackupjobs;

import com.sun.jna.IntegerType;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Backup jobs by way of the C library cloudbackupjobs, called through JNA. Copy this file, and import its types with
 * <code>import cloudbackupjobs.CloudBackupJobs.*;</code>. Options beside the environment's are a map:
 *
 * <pre>
 * new Client(Map.of("data_center", "us", "client_id", "...", "client_secret_file", "/run/secrets/cbj", "timeout_ms", 5000))
 * </pre>
 *
 * Jobs are listed in a loop, page by page:
 *
 * <pre>
 * try (JobList jobs = client.listJobs(new Query().objectType(ObjectType.EXCHANGE_ONLINE).state(State.FAILED))) {
 *     for (Job job : jobs) { ... }
 * }
 * </pre>
 *
 * JNA looks for the library's file in the folders of the property jna.library.path, then where the system has its libraries
 * (LD_LIBRARY_PATH names other folders on Linux, PATH on Windows), and then in the class path, in the folder with JNA's name of
 * the system: linux-x86-64, win32-x86-64 and so on.
 *
 * While a call waits, other threads run, and Ctrl-C is not held up; Thread.interrupt does not end a call, but cancel and close of
 * its client do.
 */
public final class CloudBackupJobs {
    /** The C functions. */
    interface Functions extends Library {
        // begin generated: library
        String FILE = Platform.isWindows() ? "cloudbackupjobs.dll"
                : Platform.isMac() ? "libcloudbackupjobs.1.dylib" : "libcloudbackupjobs.so.1";
        // end generated
        Functions LIBRARY = Native.load(FILE, Functions.class);

        /** A size_t, which has 32 bits where an address has 32. */
        final class SizeT extends IntegerType {
            private static final long serialVersionUID = 1;

            /** For JNA, which makes one of each that C returns. */
            public SizeT() {
                this(0);
            }

            SizeT(long value) {
                super(Native.SIZE_T_SIZE, value, true);
            }
        }

        // begin generated: declarations
        Pointer cbj_status_name(int status);
        Pointer cbj_version();
        int cbj_has_feature(byte[] name);
        Pointer cbj_error_message(Pointer error);
        int cbj_error_http_status(Pointer error);
        Pointer cbj_error_request_id(Pointer error);
        Pointer cbj_error_trace_id(Pointer error);
        long cbj_error_retry_after_ms(Pointer error);
        int cbj_error_is_retryable(Pointer error);
        SizeT cbj_error_detail_count(Pointer error);
        Pointer cbj_error_detail_code(Pointer error, SizeT index);
        Pointer cbj_error_detail_field(Pointer error, SizeT index);
        Pointer cbj_error_detail_message(Pointer error, SizeT index);
        void cbj_error_free(Pointer error);
        Pointer cbj_config_new();
        void cbj_config_free(Pointer config);
        int cbj_config_load_env(Pointer config, PointerByReference error);
        int cbj_config_load_file(Pointer config, byte[] path, PointerByReference error);
        int cbj_config_set_option(Pointer config, byte[] name, byte[] value, PointerByReference error);
        int cbj_client_new(Pointer config, PointerByReference client, PointerByReference error);
        void cbj_client_free(Pointer client);
        int cbj_client_get_job(Pointer client, byte[] job_id, byte[] location, PointerByReference job, PointerByReference error);
        int cbj_client_wait_job(Pointer client, byte[] job_id, byte[] location, int poll_interval_ms, int timeout_ms, PointerByReference job, PointerByReference error);
        int cbj_client_share(Pointer client, PointerByReference other, PointerByReference error);
        int cbj_client_set_timeout_ms(Pointer client, int ms);
        int cbj_client_set_access_token(Pointer client, byte[] token);
        void cbj_client_cancel(Pointer client);
        void cbj_client_resume(Pointer client);
        Pointer cbj_job_type_name(int job_type);
        int cbj_job_type_from_name(byte[] name);
        Pointer cbj_object_type_name(int object_type);
        int cbj_object_type_from_name(byte[] name);
        Pointer cbj_query_new();
        void cbj_query_free(Pointer query);
        int cbj_query_set_since_ms(Pointer query, long unix_ms);
        int cbj_query_set_until_ms(Pointer query, long unix_ms);
        int cbj_query_set_job_type(Pointer query, int job_type);
        int cbj_query_set_object_type(Pointer query, int object_type);
        int cbj_query_set_state(Pointer query, int state);
        int cbj_query_set_location(Pointer query, byte[] location);
        int cbj_query_set_page_size(Pointer query, int jobs);
        int cbj_query_set_max_jobs(Pointer query, int jobs);
        int cbj_client_list_jobs(Pointer client, Pointer query, PointerByReference iter, PointerByReference error);
        int cbj_job_iter_next(Pointer iter, PointerByReference job, PointerByReference error);
        long cbj_job_iter_total_count(Pointer iter);
        long cbj_job_iter_missing_count(Pointer iter);
        int cbj_job_iter_is_complete(Pointer iter);
        void cbj_job_iter_free(Pointer iter);
        int cbj_client_summarize_jobs(Pointer client, Pointer query, PointerByReference summary, PointerByReference error);
        Pointer cbj_summary_latest(Pointer summary);
        Pointer cbj_summary_latest_ended(Pointer summary);
        Pointer cbj_summary_latest_in_state(Pointer summary, int state);
        long cbj_summary_count(Pointer summary);
        long cbj_summary_count_in_state(Pointer summary, int state);
        long cbj_summary_total_count(Pointer summary);
        long cbj_summary_missing_count(Pointer summary);
        int cbj_summary_is_complete(Pointer summary);
        void cbj_summary_free(Pointer summary);
        int cbj_job_parse(byte[] json, SizeT length, PointerByReference job, PointerByReference error);
        void cbj_job_free(Pointer job);
        Pointer cbj_job_id(Pointer job);
        int cbj_job_state(Pointer job);
        Pointer cbj_job_state_text(Pointer job);
        int cbj_state_is_terminal(int state);
        long cbj_job_start_time_ms(Pointer job);
        long cbj_job_finish_time_ms(Pointer job);
        Pointer cbj_job_start_time_text(Pointer job);
        Pointer cbj_job_finish_time_text(Pointer job);
        long cbj_job_elapsed_ms(Pointer job);
        double cbj_job_duration_hours(Pointer job);
        Pointer cbj_job_duration_text(Pointer job);
        long cbj_job_total_count(Pointer job);
        long cbj_job_failed_count(Pointer job);
        long cbj_job_successful_count(Pointer job);
        long cbj_job_skipped_count(Pointer job);
        SizeT cbj_job_error_count(Pointer job);
        int cbj_job_has_error_list(Pointer job);
        Pointer cbj_job_error_message(Pointer job, SizeT index);
        Pointer cbj_job_error_url(Pointer job, SizeT index);
        long cbj_job_error_occurrences(Pointer job, SizeT index);
        int cbj_job_error_has_code(Pointer job, SizeT index);
        Pointer cbj_job_request_id(Pointer job);
        Pointer cbj_job_trace_id(Pointer job);
        long cbj_job_response_time_ms(Pointer job);
        Pointer cbj_job_json(Pointer job);
        // end generated
    }

    private static final Functions LIBRARY = Functions.LIBRARY;
    private static final Cleaner CLEANER = Cleaner.create();

    /** C counts a duration in 32 bits without a sign. */
    private static final Duration LONGEST = Duration.ofMillis(0xffff_ffffL);

    /** C counts a time from 1970 on in 64 bits. Its smallest number means no limit. */
    private static final Instant FIRST = Instant.ofEpochMilli(Long.MIN_VALUE + 1);
    private static final Instant LAST = Instant.ofEpochMilli(Long.MAX_VALUE);

    static String text(Pointer found) {
        return found == null ? null : found.getString(0, "UTF-8");
    }

    static OptionalLong count(long number) {
        return number < 0 ? OptionalLong.empty() : OptionalLong.of(number);
    }

    static Instant instant(long ms) {
        return ms == Long.MIN_VALUE ? null : Instant.ofEpochMilli(ms);
    }

    static Duration duration(long ms) {
        return ms < 0 ? null : Duration.ofMillis(ms);
    }

    /** For C: any time above 0 is at least one millisecond, and a longer time than it counts is the longest. */
    static int milliseconds(Duration duration) {
        if (duration.isNegative()) {
            return 0;
        }
        // A Duration may have more milliseconds than a long.
        Duration counted = duration.compareTo(LONGEST) > 0 ? LONGEST : duration;
        return (int) counted.plusNanos(999_999).toMillis();
    }

    /** Text for C, which would end it at a NUL. */
    static byte[] textIn(String name, String value) {
        if (value == null) {
            return null;
        }
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(name + " holds a NUL");
        }
        return (value + '\0').getBytes(StandardCharsets.UTF_8);
    }

    /** One entry of the service's own list of errors; what it did not send is null. */
    public record ErrorDetail(String code, String field, String message) {}

    /** A call failed. The message is one line for a person. */
    public static final class CloudBackupException extends Exception {
        private static final long serialVersionUID = 1;
        public final int status;
        public final String statusName;
        public final int httpStatus;
        public final String requestId;
        public final String traceId;
        public final transient Duration retryAfter;
        public final boolean isRetryable;
        public final transient List<ErrorDetail> details = new ArrayList<>();

        /** Copies the error out of its handle, which is freed. */
        CloudBackupException(int status, Pointer handle) {
            super(text(LIBRARY.cbj_error_message(handle)));
            this.status = status;
            statusName = text(LIBRARY.cbj_status_name(status));
            httpStatus = LIBRARY.cbj_error_http_status(handle);
            requestId = text(LIBRARY.cbj_error_request_id(handle));
            traceId = text(LIBRARY.cbj_error_trace_id(handle));
            retryAfter = duration(LIBRARY.cbj_error_retry_after_ms(handle));
            isRetryable = LIBRARY.cbj_error_is_retryable(handle) == 1;
            long count = LIBRARY.cbj_error_detail_count(handle).longValue();
            for (long number = 0; number < count; number++) {
                Functions.SizeT index = new Functions.SizeT(number);
                details.add(new ErrorDetail(
                        text(LIBRARY.cbj_error_detail_code(handle, index)),
                        text(LIBRARY.cbj_error_detail_field(handle, index)),
                        text(LIBRARY.cbj_error_detail_message(handle, index))));
            }
            LIBRARY.cbj_error_free(handle);
        }
    }

    /** What ends a loop over jobs, which cannot throw its cause. */
    public static final class UncheckedCloudBackupException extends RuntimeException {
        private static final long serialVersionUID = 1;

        UncheckedCloudBackupException(CloudBackupException cause) {
            super(cause.getMessage(), cause);
        }

        @Override
        public synchronized CloudBackupException getCause() {
            return (CloudBackupException) super.getCause();
        }
    }

    static void check(int status, PointerByReference error) throws CloudBackupException {
        if (status != 0) {
            throw new CloudBackupException(status, error.getValue());
        }
    }

    /** For functions that have a status and no error. */
    static void checkArgument(int status, String name) {
        if (status != 0) {
            throw new IllegalArgumentException(name + " is not allowed: " + text(LIBRARY.cbj_status_name(status)));
        }
    }

    /** Something of the library. It is freed once, and not under a call that uses it: calls are counted. */
    private abstract static class Handle {
        final Pointer pointer;
        private int calls;
        private boolean isClosed;

        Handle(Pointer made) {
            pointer = made;
        }

        abstract void free();

        /** Ends the calls that are under way, if the library can. */
        void endCalls() {}

        /** Calls the library for the owner; after close with null, which the library refuses. */
        <T> T use(Object owner, Function<Pointer, T> call) {
            if (!begin()) {
                return call.apply(null);
            }
            try {
                return call.apply(pointer);
            } finally {
                end();
                // Not collected, and so not closed, before the call has returned.
                Reference.reachabilityFence(owner);
            }
        }

        private synchronized boolean begin() {
            if (!isClosed) {
                calls++;
            }
            return !isClosed;
        }

        private void end() {
            synchronized (this) {
                calls--;
                if (!isClosed || calls > 0) {
                    return;
                }
            }
            free();
        }

        synchronized boolean isClosed() {
            return isClosed;
        }

        /** Frees it, or lets the last call do so. */
        void close() {
            synchronized (this) {
                if (isClosed) {
                    return;
                }
                isClosed = true;
                if (calls > 0) {
                    endCalls();
                    return;
                }
            }
            free();
        }
    }

    /** The state of a job. */
    public enum State {
        // begin generated: states
        UNKNOWN,
        IN_PROGRESS,
        FINISHED,
        FAILED,
        FINISHED_WITH_EXCEPTION,
        PARTIALLY_FINISHED;
        // end generated

        /** The numbers of cbj_state are in this order; one of a newer library is unknown. */
        static State of(int number) {
            return number >= 0 && number < values().length ? values()[number] : UNKNOWN;
        }

        /** Whether a job in this state has ended. */
        public boolean isTerminal() {
            return LIBRARY.cbj_state_is_terminal(ordinal()) == 1;
        }
    }

    /** What a job does. */
    public enum JobType {
        // begin generated: job_types
        ALL,
        BACKUP,
        RESTORE,
        EXPORT,
        DELETION,
        RETENTION;
        // end generated

        /** "backup" */
        @Override
        public String toString() {
            return text(LIBRARY.cbj_job_type_name(ordinal()));
        }

        /** The type with this name; case, blanks, '_' and '-' do not count. */
        public static JobType parse(String name) {
            int found = LIBRARY.cbj_job_type_from_name(textIn("name", name));
            if (found < 0 || found >= values().length) {
                throw new IllegalArgumentException("there is no job type " + name);
            }
            return values()[found];
        }
    }

    /** The kind of objects that a job is about. */
    public enum ObjectType {
        // begin generated: object_types
        ALL,
        EXCHANGE_ONLINE,
        SHAREPOINT_ONLINE,
        ONEDRIVE,
        MICROSOFT_365_GROUPS,
        PROJECT_ONLINE,
        PUBLIC_FOLDER,
        TEAMS,
        VIVA_ENGAGE,
        TEAMS_CHAT,
        POWER_BI,
        POWER_AUTOMATE,
        POWER_APPS;
        // end generated

        /** "exchange-online" */
        @Override
        public String toString() {
            return text(LIBRARY.cbj_object_type_name(ordinal()));
        }

        /** The kind with this name; case, blanks, '_' and '-' do not count. */
        public static ObjectType parse(String name) {
            int found = LIBRARY.cbj_object_type_from_name(textIn("name", name));
            if (found < 0 || found >= values().length) {
                throw new IllegalArgumentException("there is no object type " + name);
            }
            return values()[found];
        }
    }

    /** One of the top errors of a job; what the service did not send is null. */
    public record JobError(String message, String url, OptionalLong occurrences, Boolean hasCode) {}

    /** One job. What the service did not send is null or empty. */
    public record Job(String id, State state, String stateText, Instant startTime, Instant finishTime, String startTimeText,
            String finishTimeText, Duration elapsed, OptionalDouble durationHours, String durationText,
            OptionalLong totalCount, OptionalLong failedCount, OptionalLong successfulCount, OptionalLong skippedCount,
            List<JobError> errors, boolean hasErrorList, String requestId, String traceId, Instant responseTime, String json) {
        /** Reads a saved answer of the service. */
        public static Job parse(String json) throws CloudBackupException {
            PointerByReference job = new PointerByReference();
            PointerByReference error = new PointerByReference();
            byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
            check(LIBRARY.cbj_job_parse(bytes, new Functions.SizeT(bytes.length), job, error), error);
            return take(job.getValue());
        }

        /** Copies the job out of its handle, which is freed. */
        static Job take(Pointer handle) {
            try {
                return copy(handle);
            } finally {
                LIBRARY.cbj_job_free(handle);
            }
        }

        /** Null for none. */
        static Job copy(Pointer handle) {
            if (handle == null) {
                return null;
            }
            double hours = LIBRARY.cbj_job_duration_hours(handle);
            List<JobError> errors = new ArrayList<>();
            long count = LIBRARY.cbj_job_error_count(handle).longValue();
            for (long number = 0; number < count; number++) {
                Functions.SizeT index = new Functions.SizeT(number);
                int hasCode = LIBRARY.cbj_job_error_has_code(handle, index);
                errors.add(new JobError(
                        text(LIBRARY.cbj_job_error_message(handle, index)),
                        text(LIBRARY.cbj_job_error_url(handle, index)),
                        count(LIBRARY.cbj_job_error_occurrences(handle, index)),
                        hasCode < 0 ? null : hasCode == 1));
            }
            return new Job(
                    text(LIBRARY.cbj_job_id(handle)),
                    State.of(LIBRARY.cbj_job_state(handle)),
                    text(LIBRARY.cbj_job_state_text(handle)),
                    instant(LIBRARY.cbj_job_start_time_ms(handle)),
                    instant(LIBRARY.cbj_job_finish_time_ms(handle)),
                    text(LIBRARY.cbj_job_start_time_text(handle)),
                    text(LIBRARY.cbj_job_finish_time_text(handle)),
                    duration(LIBRARY.cbj_job_elapsed_ms(handle)),
                    Double.isNaN(hours) ? OptionalDouble.empty() : OptionalDouble.of(hours),
                    text(LIBRARY.cbj_job_duration_text(handle)),
                    count(LIBRARY.cbj_job_total_count(handle)),
                    count(LIBRARY.cbj_job_failed_count(handle)),
                    count(LIBRARY.cbj_job_successful_count(handle)),
                    count(LIBRARY.cbj_job_skipped_count(handle)),
                    List.copyOf(errors),
                    LIBRARY.cbj_job_has_error_list(handle) == 1,
                    text(LIBRARY.cbj_job_request_id(handle)),
                    text(LIBRARY.cbj_job_trace_id(handle)),
                    instant(LIBRARY.cbj_job_response_time_ms(handle)),
                    text(LIBRARY.cbj_job_json(handle)));
        }
    }

    /** Which jobs to find. A new one means every job that started in the last 7 days. */
    public static final class Query {
        private final Pointer handle = LIBRARY.cbj_query_new();

        public Query() {
            Pointer made = handle;
            CLEANER.register(this, () -> LIBRARY.cbj_query_free(made));
        }

        /** Jobs that started then or later; null: no limit. */
        public Query since(Instant time) {
            return checked(LIBRARY.cbj_query_set_since_ms(handle, limit(time)), "since");
        }

        /** Jobs that started before then; null: no limit. */
        public Query until(Instant time) {
            return checked(LIBRARY.cbj_query_set_until_ms(handle, limit(time)), "until");
        }

        public Query jobType(JobType type) {
            return jobType(type.ordinal());
        }

        /** A number of the service that this version has no name for. */
        public Query jobType(int number) {
            return checked(LIBRARY.cbj_query_set_job_type(handle, number), "jobType");
        }

        public Query objectType(ObjectType type) {
            return objectType(type.ordinal());
        }

        /** A number of the service that this version has no name for. */
        public Query objectType(int number) {
            return checked(LIBRARY.cbj_query_set_object_type(handle, number), "objectType");
        }

        /** UNKNOWN: any. */
        public Query state(State state) {
            return checked(LIBRARY.cbj_query_set_state(handle, state.ordinal()), "state");
        }

        /** Null: the configured one, or all. */
        public Query location(String location) {
            return checked(LIBRARY.cbj_query_set_location(handle, textIn("location", location)), "location");
        }

        public Query pageSize(int jobs) {
            return checked(LIBRARY.cbj_query_set_page_size(handle, Math.max(jobs, 0)), "pageSize");
        }

        /** Where a listing gives up, and is incomplete. */
        public Query maxJobs(int jobs) {
            return checked(LIBRARY.cbj_query_set_max_jobs(handle, Math.max(jobs, 0)), "maxJobs");
        }

        private Query checked(int status, String name) {
            checkArgument(status, name);
            Reference.reachabilityFence(this);
            return this;
        }

        private static long limit(Instant time) {
            if (time == null) {
                return Long.MIN_VALUE;
            }
            // An Instant may be earlier or later than C counts.
            Instant counted = time.isBefore(FIRST) ? FIRST : time.isAfter(LAST) ? LAST : time;
            return counted.toEpochMilli();
        }
    }

    /**
     * A list of jobs, read page by page as it is needed, by one thread and once: a second loop goes on where the first one
     * ended. A loop that fails throws an UncheckedCloudBackupException; another one then asks for the same page again. Freed by
     * close, or else when collected. Outlives its client. Another thread may close it: a call that is under way goes on to its
     * end, and then frees it.
     */
    public static final class JobList implements Iterable<Job>, AutoCloseable {
        private final Cleaner.Cleanable cleanable;
        private final Handle handle;
        private Job ahead;

        private static final class ListHandle extends Handle {
            ListHandle(Pointer made) {
                super(made);
            }

            @Override
            void free() {
                LIBRARY.cbj_job_iter_free(pointer);
            }
        }

        private JobList(Pointer made) {
            Handle list = new ListHandle(made);
            handle = list;
            cleanable = CLEANER.register(this, list::close);
        }

        /** The next job; null at the end. */
        public Job next() throws CloudBackupException {
            if (ahead != null) {
                Job job = ahead;
                ahead = null;
                return job;
            }
            PointerByReference job = new PointerByReference();
            PointerByReference error = new PointerByReference();
            check(handle.use(this, list -> LIBRARY.cbj_job_iter_next(list, job, error)), error);
            return job.getValue() == null ? null : Job.take(job.getValue());
        }

        @Override
        public Iterator<Job> iterator() {
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    try {
                        ahead = JobList.this.next();
                    } catch (CloudBackupException error) {
                        throw new UncheckedCloudBackupException(error);
                    }
                    return ahead != null;
                }

                @Override
                public Job next() {
                    if (!hasNext()) {
                        throw new NoSuchElementException();
                    }
                    Job job = ahead;
                    ahead = null;
                    return job;
                }
            };
        }

        /** How many jobs there are, as the service said last, in whole days. */
        public OptionalLong totalCount() {
            return count(handle.use(this, LIBRARY::cbj_job_iter_total_count));
        }

        /** After the end: how many jobs the service says it has and did not send; empty where the number is unknown. */
        public OptionalLong missingCount() {
            return count(handle.use(this, LIBRARY::cbj_job_iter_missing_count));
        }

        /** After the end: whether no job is known to be missing. */
        public boolean isComplete() {
            return handle.use(this, LIBRARY::cbj_job_iter_is_complete) == 1;
        }

        @Override
        public void close() {
            cleanable.clean();
        }
    }

    /** What the jobs of a query say together. A job that there is not is null. */
    public record Summary(Job latest, Job latestEnded, Map<State, Job> latestInState, long count, Map<State, Long> countInState,
            OptionalLong totalCount, OptionalLong missingCount, boolean isComplete) {
        /** Copies the summary out of its handle, which is freed. */
        static Summary take(Pointer handle) {
            try {
                Map<State, Job> latest = new EnumMap<>(State.class);
                Map<State, Long> counts = new EnumMap<>(State.class);
                for (State state : State.values()) {
                    latest.put(state, Job.copy(LIBRARY.cbj_summary_latest_in_state(handle, state.ordinal())));
                    counts.put(state, LIBRARY.cbj_summary_count_in_state(handle, state.ordinal()));
                }
                return new Summary(
                        Job.copy(LIBRARY.cbj_summary_latest(handle)),
                        Job.copy(LIBRARY.cbj_summary_latest_ended(handle)),
                        latest,
                        LIBRARY.cbj_summary_count(handle),
                        counts,
                        CloudBackupJobs.count(LIBRARY.cbj_summary_total_count(handle)),
                        CloudBackupJobs.count(LIBRARY.cbj_summary_missing_count(handle)),
                        LIBRARY.cbj_summary_is_complete(handle) == 1);
            } finally {
                LIBRARY.cbj_summary_free(handle);
            }
        }
    }

    /** The library's version. */
    public static String version() {
        return text(LIBRARY.cbj_version());
    }

    /** Whether the library was built with a feature, for example "certificate". */
    public static boolean hasFeature(String name) {
        return LIBRARY.cbj_has_feature(textIn("name", name)) == 1;
    }

    /**
     * Asks the service; configured by the environment and by options with the names of the library's configuration file.
     * Where both have an option, the one given here wins; null leaves it out.
     *
     * Threads may share it, and any of them may close it at any time. Where calls are under way, close ends them as cancel does,
     * and does not wait for them: the last of them frees the client. A list that is just fetching a page then fails, too, and can
     * be asked again. After close, cancel and resume do nothing, and the other calls are refused with
     * CBJ_ERROR_INVALID_ARGUMENT. A client that nobody closes is freed when it is collected.
     */
    public static final class Client implements AutoCloseable {
        private final Cleaner.Cleanable cleanable;
        private final ClientHandle handle;

        private static final class ClientHandle extends Handle {
            private boolean isCancelled;

            ClientHandle(Pointer made) {
                super(made);
            }

            synchronized void cancel() {
                if (!isClosed()) {
                    isCancelled = true;
                    endCalls();
                }
            }

            void resume() {
                synchronized (this) {
                    isCancelled = isCancelled && isClosed();
                }
                // Without the lock: it waits for calls that end.
                use(this, client -> {
                    LIBRARY.cbj_client_resume(client);
                    return null;
                });
            }

            @Override
            void endCalls() {
                LIBRARY.cbj_client_cancel(pointer);
            }

            @Override
            void free() {
                // A close that ended calls ended those of the client's lists, too. The lists outlive the client.
                if (!isCancelled) {
                    LIBRARY.cbj_client_resume(pointer);
                }
                LIBRARY.cbj_client_free(pointer);
            }
        }

        public Client() throws CloudBackupException {
            this(Map.of());
        }

        /** The values are text, whole numbers or booleans. */
        public Client(Map<String, ?> options) throws CloudBackupException {
            this(options, LIBRARY::cbj_config_load_env);
        }

        /** Configured by a file, instead of the environment, and by options. */
        public static Client fromFile(String path, Map<String, ?> options) throws CloudBackupException {
            byte[] name = textIn("path", path);
            return new Client(options, (config, error) -> LIBRARY.cbj_config_load_file(config, name, error));
        }

        private interface Load {
            int into(Pointer config, PointerByReference error);
        }

        private Client(Map<String, ?> options, Load load) throws CloudBackupException {
            PointerByReference client = new PointerByReference();
            PointerByReference error = new PointerByReference();
            Pointer config = LIBRARY.cbj_config_new();
            try {
                check(load.into(config, error), error);
                for (Map.Entry<String, ?> option : options.entrySet()) {
                    if (option.getValue() == null) {
                        continue;
                    }
                    byte[] name = textIn("an option's name", option.getKey());
                    byte[] value = textIn(option.getKey(), String.valueOf(option.getValue()));
                    check(LIBRARY.cbj_config_set_option(config, name, value, error), error);
                }
                check(LIBRARY.cbj_client_new(config, client, error), error);
            } finally {
                LIBRARY.cbj_config_free(config);
            }
            handle = new ClientHandle(client.getValue());
            cleanable = CLEANER.register(this, handle::close);
        }

        private Client(Pointer made) {
            handle = new ClientHandle(made);
            cleanable = CLEANER.register(this, handle::close);
        }

        /** Retrieves one job. Blocks this thread. The location is for Multi-Geo tenants, and null for all others. */
        public Job getJob(String jobId, String location) throws CloudBackupException {
            byte[] id = textIn("jobId", jobId);
            byte[] where = textIn("location", location);
            return Job.take(call((client, job, error) -> LIBRARY.cbj_client_get_job(client, id, where, job, error)));
        }

        /**
         * Waits until a job has ended, well or not. Asks for it at an interval, and fails with CBJ_ERROR_TIMEOUT after the
         * timeout. Failures that a later call may not have do not end it.
         */
        public Job waitJob(String jobId, String location, Duration interval, Duration timeout) throws CloudBackupException {
            byte[] id = textIn("jobId", jobId);
            byte[] where = textIn("location", location);
            int poll = milliseconds(interval);
            int most = milliseconds(timeout);
            return Job.take(call((client, job, error) ->
                    LIBRARY.cbj_client_wait_job(client, id, where, poll, most, job, error)));
        }

        /** Fetches the first page. A query that is null is a new one. */
        public JobList listJobs(Query query) throws CloudBackupException {
            Pointer asked = query == null ? null : query.handle;
            try {
                return new JobList(call((client, list, error) -> LIBRARY.cbj_client_list_jobs(client, asked, list, error)));
            } finally {
                Reference.reachabilityFence(query);
            }
        }

        /** Reads the whole list within the time of one call. A query that is null is a new one. */
        public Summary summarizeJobs(Query query) throws CloudBackupException {
            Pointer asked = query == null ? null : query.handle;
            try {
                return Summary.take(call((client, made, error) ->
                        LIBRARY.cbj_client_summarize_jobs(client, asked, made, error)));
            } finally {
                Reference.reachabilityFence(query);
            }
        }

        /** Another client on the same connections and access token, with a timeout and a cancel of its own. */
        public Client share() throws CloudBackupException {
            return new Client(call(LIBRARY::cbj_client_share));
        }

        /** How long a whole call may take, for calls that begin from now on. */
        public void setTimeout(Duration timeout) {
            int ms = milliseconds(timeout);
            checkArgument(handle.use(this, client -> LIBRARY.cbj_client_set_timeout_ms(client, ms)), "timeout");
        }

        /** Replaces the access token of a client that was configured with one. */
        public void setAccessToken(String token) {
            byte[] text = textIn("token", token);
            checkArgument(handle.use(this, client -> LIBRARY.cbj_client_set_access_token(client, text)), "token");
        }

        /** Ends the calls of this client with CBJ_ERROR_CANCELLED, from any thread: those that wait, and later ones. */
        public void cancel() {
            handle.cancel();
            Reference.reachabilityFence(this);
        }

        /** Later calls work again. */
        public void resume() {
            handle.resume();
            Reference.reachabilityFence(this);
        }

        /** A function of the library that makes a handle, or an error. */
        private interface Call {
            int make(Pointer client, PointerByReference made, PointerByReference error);
        }

        private Pointer call(Call call) throws CloudBackupException {
            PointerByReference made = new PointerByReference();
            PointerByReference error = new PointerByReference();
            check(handle.use(this, client -> call.make(client, made, error)), error);
            return made.getValue();
        }

        /** Ends the calls that are under way, and frees the client when they have ended. */
        @Override
        public void close() {
            cleanable.clean();
        }
    }
}
