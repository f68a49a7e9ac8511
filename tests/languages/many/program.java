package elsewhere;

import cloudbackupjobs.CloudBackupJobs;
import cloudbackupjobs.CloudBackupJobs.*;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

public final class JobReport {
    private interface Act {
        void run() throws CloudBackupException;
    }

    private static String failed(Act act) {
        try {
            act.run();
            return "did not fail";
        } catch (CloudBackupException error) {
            return error.statusName;
        } catch (UncheckedCloudBackupException error) {
            return error.getCause().statusName;
        } catch (IllegalArgumentException error) {
            return "refused ";
        }
    }

    private static String orNil(OptionalLong number) {
        return number.isPresent() ? String.valueOf(number.getAsLong()) : "nil";
    }

    private static Duration ms(long number) {
        return Duration.ofMillis(number);
    }

    public static void main(String[] arguments) throws Exception {
        System.out.println(JobType.BACKUP + " " + ObjectType.parse("Exchange Online") + " " + JobType.parse("restore").ordinal());
        System.out.println(CloudBackupJobs.version() + " " + CloudBackupJobs.hasFeature("certificate") + " " + CloudBackupJobs.hasFeature("x"));

        Job job = Job.parse(arguments[1]);
        String codes = job.errors().stream().map(error -> String.valueOf(error.hasCode())).toList().toString();
        System.out.println(job.id() + " " + job.durationText() + " " + job.traceId() + " " + job.responseTime().getEpochSecond()
                + " " + codes.replace("null", "nil") + " " + job.state().isTerminal() + " " + job.hasErrorList());
        System.out.println(job.json() + "\n" + failed(() -> Job.parse("{")));

        Client client = new Client();
        List<Act> wrong = List.of(() -> JobType.parse("nonsense"), () -> new Query().pageSize(1001), () -> new Query().maxJobs(-1),
                () -> new Query().objectType(-1), () -> client.setTimeout(ms(0)), () -> new Query().location("E\0"));
        wrong.forEach(each -> System.out.print(failed(each)));
        System.out.println();

        List<String> found = new ArrayList<>();
        Query query = new Query().since(Instant.parse("2026-11-19T23:00:00Z")).until(Instant.parse("2026-11-20T02:30:00Z"))
                .jobType(JobType.BACKUP).objectType(ObjectType.ONEDRIVE).state(State.FAILED).location("EUR").pageSize(2).maxJobs(3);
        try (JobList jobs = client.listJobs(query)) {
            Act read = () -> jobs.forEach(each -> found.add(each.id()));
            String failure = failed(read);
            found.add(failure);
            read.run();
            System.out.println(String.join(" ", found) + " " + jobs.totalCount().getAsLong() + " " + jobs.isComplete() + " "
                    + orNil(jobs.missingCount()));
        }
        try (JobList jobs = client.listJobs(new Query().since(null))) {
            Iterator<Job> iterator = jobs.iterator();
            // Asking twice takes nothing.
            iterator.hasNext();
            iterator.hasNext();
            System.out.println(iterator.next().id() + " " + jobs.totalCount().getAsLong() + " " + jobs.isComplete() + " "
                    + orNil(jobs.missingCount()));
        }

        Summary summary = client.summarizeJobs(new Query().since(null));
        System.out.println(summary.latestInState().get(State.FAILED).id() + " " + summary.countInState().get(State.FAILED) + " "
                + summary.countInState().get(State.PARTIALLY_FINISHED) + " "
                + (summary.latestInState().get(State.PARTIALLY_FINISHED) == null ? "nil" : "job") + " " + summary.count() + " "
                + summary.totalCount().getAsLong() + " " + summary.isComplete() + " "
                + orNil(summary.missingCount()) + " " + summary.latestInState().get(State.FAILED).hasErrorList());

        client.setAccessToken("second");
        System.out.println(client.getJob("FB1", null).stateText());
        try (Client other = client.share()) {
            other.setTimeout(ms(300));
            System.out.println(failed(() -> other.getJob("FB1", null)));
        }
        System.out.println(client.getJob("FB1", null).stateText());
        System.out.println(failed(() -> client.waitJob("FB1", null, ms(20), ms(200))));
        Thread canceller = new Thread(() -> {
            try {
                Thread.sleep(100);
            } catch (InterruptedException error) {
                throw new IllegalStateException(error);
            }
            client.cancel();
        });
        canceller.start();
        String ended = failed(() -> client.waitJob("FB1", null, ms(10_000), ms(20_000)));
        canceller.join();
        if (ended.equals("CBJ_ERROR_CANCELLED")) {
            client.resume();
            System.out.println("cancelled " + client.getJob("FB1", null).id());
        }
        System.out.println(Client.fromFile(arguments[0], Map.of("max_retries", 0)).getJob("FB1", null).id());
    }
}
