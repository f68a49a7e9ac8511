import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.io.PrintStream;
import java.lang.ref.Cleaner;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Prints a backup job by way of the C library cloudbackupjobs, called through JNA.
 *
 * <pre>
 * javac -cp jna.jar JobReport.java
 * CBJ_DATA_CENTER=us CBJ_CLIENT_ID=... CBJ_CLIENT_SECRET_FILE=... java -cp jna.jar:. JobReport JOB_ID
 * </pre>
 *
 * The nested classes are made to be copied; the program is at the end. Options beside the environment's are a map:
 *
 * <pre>
 * new Client(Map.of("data_center", "us", "client_id", "...", "client_secret_file", "/run/secrets/cbj", "timeout_ms", 5000))
 * </pre>
 *
 * The system's loader looks for the library; LD_LIBRARY_PATH names other folders. While a call waits, other threads run,
 * and Ctrl-C is not held up; Thread.interrupt does not end a call.
 */
public final class JobReport {
    /** The C functions. */
    interface CloudBackupJobs extends Library {
        CloudBackupJobs LIBRARY = Native.load("libcloudbackupjobs.so.1", CloudBackupJobs.class);

        // begin generated: declarations
        Pointer cbj_status_name(int status);
        Pointer cbj_error_message(Pointer error);
        int cbj_error_http_status(Pointer error);
        Pointer cbj_error_request_id(Pointer error);
        Pointer cbj_error_trace_id(Pointer error);
        long cbj_error_retry_after_ms(Pointer error);
        int cbj_error_is_retryable(Pointer error);
        long cbj_error_detail_count(Pointer error);
        Pointer cbj_error_detail_code(Pointer error, long index);
        Pointer cbj_error_detail_field(Pointer error, long index);
        Pointer cbj_error_detail_message(Pointer error, long index);
        void cbj_error_free(Pointer error);
        Pointer cbj_config_new();
        void cbj_config_free(Pointer config);
        int cbj_config_load_env(Pointer config, PointerByReference error);
        int cbj_config_set_option(Pointer config, byte[] name, byte[] value, PointerByReference error);
        int cbj_client_new(Pointer config, PointerByReference client, PointerByReference error);
        void cbj_client_free(Pointer client);
        int cbj_client_get_job(Pointer client, byte[] job_id, byte[] location, PointerByReference job, PointerByReference error);
        void cbj_job_free(Pointer job);
        Pointer cbj_job_id(Pointer job);
        int cbj_job_state(Pointer job);
        Pointer cbj_job_state_text(Pointer job);
        long cbj_job_start_time_ms(Pointer job);
        long cbj_job_finish_time_ms(Pointer job);
        Pointer cbj_job_start_time_text(Pointer job);
        Pointer cbj_job_finish_time_text(Pointer job);
        long cbj_job_elapsed_ms(Pointer job);
        double cbj_job_duration_hours(Pointer job);
        long cbj_job_total_count(Pointer job);
        long cbj_job_failed_count(Pointer job);
        long cbj_job_successful_count(Pointer job);
        long cbj_job_skipped_count(Pointer job);
        long cbj_job_error_count(Pointer job);
        Pointer cbj_job_error_message(Pointer job, long index);
        Pointer cbj_job_error_url(Pointer job, long index);
        long cbj_job_error_occurrences(Pointer job, long index);
        Pointer cbj_job_request_id(Pointer job);
        // end generated
    }

    private static final CloudBackupJobs LIBRARY = CloudBackupJobs.LIBRARY;

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
    record ErrorDetail(String code, String field, String message) {}

    /** A call failed. The message is one line for a person. */
    static final class CloudBackupException extends Exception {
        private static final long serialVersionUID = 1;
        final int status;
        final String statusName;
        final int httpStatus;
        final String requestId;
        final String traceId;
        final transient Duration retryAfter;
        final boolean isRetryable;
        final transient List<ErrorDetail> details = new ArrayList<>();

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
            for (long index = 0; index < LIBRARY.cbj_error_detail_count(handle); index++) {
                details.add(new ErrorDetail(
                        text(LIBRARY.cbj_error_detail_code(handle, index)),
                        text(LIBRARY.cbj_error_detail_field(handle, index)),
                        text(LIBRARY.cbj_error_detail_message(handle, index))));
            }
            LIBRARY.cbj_error_free(handle);
        }
    }

    /** The state of a job. */
    enum State {
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
    }

    /** One of the top errors of a job; what the service did not send is null. */
    record JobError(String message, String url, OptionalLong occurrences) {}

    /** One job. What the service did not send is null or empty. */
    record Job(String id, State state, String stateText, Instant startTime, Instant finishTime, String startTimeText,
            String finishTimeText, Duration elapsed, OptionalDouble durationHours, OptionalLong totalCount,
            OptionalLong failedCount, OptionalLong successfulCount, OptionalLong skippedCount, List<JobError> errors,
            String requestId) {
        /** Copies the job out of its handle, which is freed. */
        static Job take(Pointer handle) {
            try {
                double hours = LIBRARY.cbj_job_duration_hours(handle);
                List<JobError> errors = new ArrayList<>();
                for (long index = 0; index < LIBRARY.cbj_job_error_count(handle); index++) {
                    errors.add(new JobError(
                            text(LIBRARY.cbj_job_error_message(handle, index)),
                            text(LIBRARY.cbj_job_error_url(handle, index)),
                            count(LIBRARY.cbj_job_error_occurrences(handle, index))));
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
                        count(LIBRARY.cbj_job_total_count(handle)),
                        count(LIBRARY.cbj_job_failed_count(handle)),
                        count(LIBRARY.cbj_job_successful_count(handle)),
                        count(LIBRARY.cbj_job_skipped_count(handle)),
                        List.copyOf(errors),
                        text(LIBRARY.cbj_job_request_id(handle)));
            } finally {
                LIBRARY.cbj_job_free(handle);
            }
        }
    }

    /**
     * Asks the service; configured by the environment and by options with the names of the library's configuration file.
     * Where both have an option, the one given here wins; null leaves it out. Threads may share it. Freed by close, or else when collected.
     */
    static final class Client implements AutoCloseable {
        private static final Cleaner CLEANER = Cleaner.create();
        private final Pointer handle;
        private final Cleaner.Cleanable cleanable;

        Client() throws CloudBackupException {
            this(Map.of());
        }

        /** The values are text, whole numbers or booleans. */
        Client(Map<String, ?> options) throws CloudBackupException {
            PointerByReference client = new PointerByReference();
            PointerByReference error = new PointerByReference();
            Pointer config = LIBRARY.cbj_config_new();
            try {
                check(LIBRARY.cbj_config_load_env(config, error), error);
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
            Pointer made = client.getValue();
            handle = made;
            cleanable = CLEANER.register(this, () -> LIBRARY.cbj_client_free(made));
        }

        /** Retrieves one job. Blocks this thread. The location is for Multi-Geo tenants, and null for all others. */
        Job getJob(String jobId, String location) throws CloudBackupException {
            PointerByReference job = new PointerByReference();
            PointerByReference error = new PointerByReference();
            byte[] id = textIn("jobId", jobId);
            byte[] where = textIn("location", location);
            try {
                check(LIBRARY.cbj_client_get_job(handle, id, where, job, error), error);
            } finally {
                // Not collected, and so not freed, before the call has returned.
                java.lang.ref.Reference.reachabilityFence(this);
            }
            return Job.take(job.getValue());
        }

        private static void check(int status, PointerByReference error) throws CloudBackupException {
            if (status != 0) {
                throw new CloudBackupException(status, error.getValue());
            }
        }

        @Override
        public void close() {
            cleanable.clean();
        }
    }

    // The program.

    private static String or(String text, String otherwise) {
        return Optional.ofNullable(text).orElse(otherwise);
    }

    private static String digits(OptionalLong count) {
        return count.isPresent() ? Long.toString(count.getAsLong()) : "?";
    }

    private static String when(Instant time, String text) {
        if (time == null) {
            return text == null ? "-" : text + "   (not a date that can be read)";
        }
        DateTimeFormatter format = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss xx").withZone(ZoneOffset.UTC);
        return format.format(time) + "   (" + text + ")";
    }

    private static String took(Job job) {
        if (job.elapsed() == null) {
            return job.durationHours().isPresent() ? job.durationHours().getAsDouble() + " h" : "-";
        }
        long seconds = job.elapsed().toSeconds();
        String hours = seconds >= 3600 ? seconds / 3600 + " h " : "";
        String minutes = seconds >= 60 ? seconds / 60 % 60 + " min " : "";
        return hours + minutes + seconds % 60 + " s";
    }

    private static void report(Job job, PrintStream out) {
        String known = job.state() == State.UNKNOWN ? "   (not a state that this version knows)" : "";
        out.printf("Job %s%n", or(job.id(), "(without an id)"));
        out.printf("  State       %s%s%n", or(job.stateText(), "not reported"), known);
        out.printf("  Started     %s%n", when(job.startTime(), job.startTimeText()));
        out.printf("  Finished    %s%n", when(job.finishTime(), job.finishTimeText()));
        out.printf("  Took        %s%n", took(job));
        out.printf("  Objects     %s in all: %s successful, %s failed, %s skipped%n", digits(job.totalCount()),
                digits(job.successfulCount()), digits(job.failedCount()), digits(job.skippedCount()));
        String label = "Top errors";
        for (JobError error : job.errors()) {
            String times = error.occurrences().isPresent() ? digits(error.occurrences()) + " x " : "";
            out.printf("  %-11s %s%s%n", label, times, or(error.message(), "(without a text)"));
            if (error.url() != null) {
                out.printf("  %-11s   %s%n", "", error.url());
            }
            label = "";
        }
        if (job.requestId() != null) {
            out.printf("  Request id  %s%n", job.requestId());
        }
    }

    private static void explain(CloudBackupException error, PrintStream out) {
        out.println(error.getMessage());
        out.printf("  Status      %s%n", error.statusName);
        if (error.httpStatus != 0) {
            out.printf("  HTTP        %d%n", error.httpStatus);
        }
        String label = "Details";
        for (ErrorDetail detail : error.details) {
            String field = detail.field() == null ? "" : " " + detail.field();
            out.printf("  %-11s %s%s: %s%n", label, or(detail.code(), "-"), field, or(detail.message(), "-"));
            label = "";
        }
        String later = error.isRetryable ? "later" : "after a change";
        out.printf("  Try again   %s%n",
                error.retryAfter == null ? later : "in " + (error.retryAfter.toMillis() + 999) / 1000 + " s");
        if (error.requestId != null) {
            out.printf("  Request id  %s%n", error.requestId);
        }
        if (error.traceId != null) {
            out.printf("  Trace id    %s%n", error.traceId);
        }
    }

    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream complaints = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        if (arguments.length != 1) {
            complaints.println("usage: JobReport JOB_ID");
            System.exit(2);
        }
        try (Client client = new Client()) {
            report(client.getJob(arguments[0], null), out);
        } catch (CloudBackupException error) {
            explain(error, complaints);
            System.exit(1);
        }
    }
}
