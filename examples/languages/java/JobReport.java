package cloudbackupjobs;

import cloudbackupjobs.CloudBackupJobs.*;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Prints backup jobs.
 *
 * <pre>
 * javac -cp jna.jar -d . *.java
 * CBJ_DATA_CENTER=us CBJ_CLIENT_ID=... CBJ_CLIENT_SECRET_FILE=... java -cp jna.jar:. cloudbackupjobs.JobReport JOB_ID | list | summary | wait JOB_ID
 * </pre>
 */
public final class JobReport {
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

    private static String line(Job job) {
        return or(job.id(), "-") + " " + or(job.stateText(), "-");
    }

    private static String id(Job job) {
        return job == null ? "-" : or(job.id(), "-");
    }

    private static Query everything() {
        return new Query().since(null).pageSize(2);
    }

    private static void list(Client client, PrintStream out) throws CloudBackupException {
        try (JobList jobs = client.listJobs(everything())) {
            int number = 0;
            for (Job job : jobs) {
                out.println(line(job));
                number++;
            }
            out.println(number + " jobs, " + (jobs.isComplete() ? "complete" : "incomplete"));
        } catch (UncheckedCloudBackupException error) {
            throw error.getCause();
        }
    }

    private static void summarize(Client client, PrintStream out) throws CloudBackupException {
        Summary summary = client.summarizeJobs(everything());
        out.println("latest " + id(summary.latest()));
        out.println("latest ended " + id(summary.latestEnded()));
        out.println("failed " + summary.countInState().get(State.FAILED));
        out.println(summary.isComplete() ? "complete" : "incomplete");
    }

    /** Whether the arguments ask for something. */
    private static boolean run(String[] arguments, PrintStream out) throws CloudBackupException {
        String command = arguments.length == 0 ? "" : arguments[0];
        if (arguments.length != (command.equals("wait") ? 2 : 1)) {
            return false;
        }
        try (Client client = new Client()) {
            switch (command) {
                case "list" -> list(client, out);
                case "summary" -> summarize(client, out);
                case "wait" -> out.println(
                        line(client.waitJob(arguments[1], null, Duration.ofMillis(50), Duration.ofSeconds(10))));
                default -> report(client.getJob(command, null), out);
            }
        }
        return true;
    }

    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream complaints = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        try {
            if (!run(arguments, out)) {
                complaints.println("usage: JobReport JOB_ID | list | summary | wait JOB_ID");
                System.exit(2);
            }
        } catch (CloudBackupException error) {
            explain(error, complaints);
            System.exit(1);
        }
    }
}
