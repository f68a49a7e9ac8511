package elsewhere;

import cloudbackupjobs.CloudBackupJobs.*;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

public final class JobReport {
    /** Longer than a long has milliseconds. */
    private static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

    public static void main(String[] arguments) throws CloudBackupException {
        Client client = new Client();
        Job job = client.getJob("FB1", null);
        System.out.println(job.id() + " " + job.finishTime().getEpochSecond() + " " + job.finishTimeText() + " "
                + job.elapsed().toSeconds());
        Job listed = client.listJobs(new Query().since(null)).next();
        System.out.println(listed.id() + " " + listed.finishTime().getEpochSecond());
        Job ended = client.summarizeJobs(new Query().since(null)).latestEnded();
        System.out.println(ended.id() + " " + ended.finishTime().getEpochSecond());

        try {
            client.getJob("FB1", null);
        } catch (CloudBackupException error) {
            ErrorDetail detail = error.details.get(0);
            System.out.println(error.statusName + " " + error.retryAfter.toSeconds() + " " + error.httpStatus + " "
                    + error.requestId + " " + error.traceId + " " + error.isRetryable + " " + detail.code() + " "
                    + detail.field() + " " + detail.message());
        }

        client.setTimeout(FOREVER);
        for (Duration none : new Duration[] {Duration.ZERO, FOREVER.negated()}) {
            try {
                client.setTimeout(none);
                System.out.println(none + " was not refused");
            } catch (IllegalArgumentException error) {
                // The library wants at least 1 ms.
            }
        }
        Job waited = client.waitJob("FB2", null, FOREVER, FOREVER);
        System.out.println(waited.id() + " " + waited.stateText());

        Query query = new Query().since(Instant.MIN).until(Instant.MAX);
        System.out.println(client.listJobs(query).next().id() + " "
                + client.listJobs(new Query().since(Instant.MIN)).next().id());
    }
}
