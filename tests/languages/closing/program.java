package elsewhere;

import cloudbackupjobs.CloudBackupJobs.*;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

public final class JobReport {
    private static String failed(Callable<?> act) {
        try {
            act.call();
            return "did not fail";
        } catch (CloudBackupException error) {
            return error.statusName;
        } catch (Exception error) {
            return error.toString();
        }
    }

    /** How a call in another thread fails. It is inside of the library when the test has written a line. */
    private static CompletableFuture<String> failing(Callable<?> act) throws Exception {
        CompletableFuture<String> failure = CompletableFuture.supplyAsync(() -> failed(act));
        System.in.read();
        return failure;
    }

    private static List<String> ids(JobList jobs) throws CloudBackupException {
        List<String> found = new ArrayList<>();
        for (Job job = jobs.next(); job != null; job = jobs.next()) {
            found.add(job.id());
        }
        return found;
    }

    private static Query everything() {
        return new Query().since(null).pageSize(2);
    }

    public static void main(String[] arguments) throws Exception {
        Client closed = new Client();
        CompletableFuture<String> call = failing(() -> closed.getJob("FB1", null));
        closed.close();
        // Takes nothing back.
        closed.resume();
        closed.close();
        System.out.println(call.get());
        // Now it is freed.
        closed.cancel();
        closed.resume();
        System.out.println(failed(() -> closed.getJob("FB1", null)));

        // The list outlives a client whose calls were ended.
        Client gone = new Client();
        try (JobList jobs = gone.listJobs(everything())) {
            call = failing(() -> gone.getJob("FB1", null));
            gone.close();
            System.out.println(call.get());
            System.out.println(String.join(" ", ids(jobs)) + " " + jobs.isComplete());
        }

        try (Client client = new Client()) {
            JobList jobs = client.listJobs(everything());
            System.out.println(jobs.next().id() + " " + jobs.next().id());
            call = failing(jobs::next);
            jobs.close();
            System.out.println(call.isDone() ? "has ended" : "waits");
            client.cancel();
            System.out.println(call.get());
            System.out.println(failed(jobs::next));
        }

        // A client that the program has cancelled remains so for its lists.
        Client cancelled = new Client();
        try (JobList jobs = cancelled.listJobs(everything())) {
            call = failing(() -> cancelled.getJob("FB1", null));
            cancelled.cancel();
            cancelled.close();
            System.out.println(call.get());
            System.out.println(failed(jobs::next));
        }
    }
}
