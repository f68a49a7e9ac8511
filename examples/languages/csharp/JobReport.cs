// Prints backup jobs.
//
//     mcs -out:JobReport.exe *.cs
//     CBJ_DATA_CENTER=us CBJ_CLIENT_ID=... CBJ_CLIENT_SECRET_FILE=... mono JobReport.exe JOB_ID | list | summary | wait JOB_ID

using System;
using System.Globalization;
using System.IO;
using System.Text;

namespace CloudBackupJobs
{
    internal static class Program
    {
        private static string When(DateTimeOffset? time, string text)
        {
            if (time == null)
                return text == null ? "-" : text + "   (not a date that can be read)";
            string utc = time.Value.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
            return utc + " +0000   (" + text + ")";
        }

        private static string Took(Job job)
        {
            if (job.Elapsed == null)
                return job.DurationHours == null ? "-" : job.DurationHours.Value.ToString(CultureInfo.InvariantCulture) + " h";
            long seconds = job.Elapsed.Value.Ticks / TimeSpan.TicksPerSecond;
            string hours = seconds >= 3600 ? seconds / 3600 + " h " : "";
            string minutes = seconds >= 60 ? seconds / 60 % 60 + " min " : "";
            return hours + minutes + seconds % 60 + " s";
        }

        private static string Digits(long? count)
        {
            return count == null ? "?" : count.Value.ToString(CultureInfo.InvariantCulture);
        }

        private static void Report(Job job, TextWriter to)
        {
            bool isKnown = job.State != State.Unknown && Enum.IsDefined(typeof(State), job.State);
            to.WriteLine("Job " + (job.Id ?? "(without an id)"));
            to.WriteLine("  State       " + (job.StateText ?? "not reported")
                + (isKnown ? "" : "   (not a state that this version knows)"));
            to.WriteLine("  Started     " + When(job.StartTime, job.StartTimeText));
            to.WriteLine("  Finished    " + When(job.FinishTime, job.FinishTimeText));
            to.WriteLine("  Took        " + Took(job));
            to.WriteLine("  Objects     {0} in all: {1} successful, {2} failed, {3} skipped", Digits(job.TotalCount),
                Digits(job.SuccessfulCount), Digits(job.FailedCount), Digits(job.SkippedCount));
            string label = "Top errors";
            foreach (JobError error in job.Errors)
            {
                string times = error.Occurrences == null ? "" : Digits(error.Occurrences) + " x ";
                to.WriteLine("  {0,-11} {1}{2}", label, times, error.Message ?? "(without a text)");
                if (error.Url != null)
                    to.WriteLine("  {0,-11}   {1}", "", error.Url);
                label = "";
            }
            if (job.RequestId != null)
                to.WriteLine("  Request id  " + job.RequestId);
        }

        private static void Explain(CloudBackupException error, TextWriter to)
        {
            to.WriteLine(error.Message);
            to.WriteLine("  Status      " + error.StatusName);
            if (error.HttpStatus != null)
                to.WriteLine("  HTTP        " + error.HttpStatus);
            string label = "Details";
            foreach (ErrorDetail detail in error.Details)
            {
                string field = detail.Field == null ? "" : " " + detail.Field;
                to.WriteLine("  {0,-11} {1}{2}: {3}", label, detail.Code ?? "-", field, detail.Message ?? "-");
                label = "";
            }
            string later = error.IsRetryable ? "later" : "after a change";
            to.WriteLine("  Try again   " + (error.RetryAfter == null
                ? later : "in " + (long)Math.Ceiling(error.RetryAfter.Value.TotalSeconds) + " s"));
            if (error.RequestId != null)
                to.WriteLine("  Request id  " + error.RequestId);
            if (error.TraceId != null)
                to.WriteLine("  Trace id    " + error.TraceId);
        }

        private static string Line(Job job)
        {
            return (job.Id ?? "-") + " " + (job.StateText ?? "-");
        }

        private static string Id(Job job)
        {
            return job == null ? "-" : job.Id ?? "-";
        }

        private static void List(Client client, TextWriter to)
        {
            using (JobList jobs = client.ListJobs(new Query { Since = null, PageSize = 2 }))
            {
                int number = 0;
                foreach (Job job in jobs)
                {
                    to.WriteLine(Line(job));
                    number++;
                }
                to.WriteLine(number + " jobs, " + (jobs.IsComplete ? "complete" : "incomplete"));
            }
        }

        private static void Summarize(Client client, TextWriter to)
        {
            Summary summary = client.SummarizeJobs(new Query { Since = null, PageSize = 2 });
            to.WriteLine("latest " + Id(summary.Latest));
            to.WriteLine("latest ended " + Id(summary.LatestEnded));
            to.WriteLine("failed " + summary.CountInState[State.Failed]);
            to.WriteLine(summary.IsComplete ? "complete" : "incomplete");
        }

        private static void Run(string[] arguments, TextWriter to)
        {
            using (var client = new Client())
            {
                if (arguments[0] == "list")
                    List(client, to);
                else if (arguments[0] == "summary")
                    Summarize(client, to);
                else if (arguments[0] == "wait")
                    to.WriteLine(Line(client.WaitJob(arguments[1], TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(10))));
                else
                    Report(client.GetJob(arguments[0]), to);
            }
        }

        private static int Main(string[] arguments)
        {
            var utf8 = new UTF8Encoding(false);
            using (var to = new StreamWriter(Console.OpenStandardOutput(), utf8))
            using (var complaints = new StreamWriter(Console.OpenStandardError(), utf8))
            {
                if (arguments.Length == 0 || arguments.Length != (arguments[0] == "wait" ? 2 : 1))
                {
                    complaints.WriteLine("usage: JobReport.exe JOB_ID | list | summary | wait JOB_ID");
                    return 2;
                }
                try
                {
                    Run(arguments, to);
                    return 0;
                }
                catch (CloudBackupException error)
                {
                    Explain(error, complaints);
                    return 1;
                }
            }
        }
    }
}
