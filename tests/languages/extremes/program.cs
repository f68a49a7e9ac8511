using System;
using System.Linq;

namespace CloudBackupJobs
{
    internal static class Program
    {
        private static string Seconds(DateTimeOffset? time)
        {
            return time == null ? "nil" : time.Value.ToUnixTimeSeconds().ToString();
        }

        private static void Main()
        {
            var to = Console.Out;
            // A DateTimeOffset has the years 1 to 9999.
            foreach (DateTimeOffset time in new[] { DateTimeOffset.MinValue, DateTimeOffset.MaxValue })
            {
                long ms = time.ToUnixTimeMilliseconds();
                long outside = time.Year == 1 ? ms - 1 : ms + 1;
                if (Native.Time(ms) == null || Native.Time(ms).Value.Year != time.Year || Native.Time(outside) != null)
                    to.WriteLine("the time {0} is {1}, and {2} is {3}", ms, Native.Time(ms), outside, Native.Time(outside));
            }

            var client = new Client();
            Job job = client.GetJob("FB1");
            to.WriteLine("{0} {1} {2} {3}", job.Id, Seconds(job.FinishTime), job.FinishTimeText,
                (long)job.Elapsed.Value.TotalSeconds);
            Job listed = client.ListJobs(new Query { Since = null }).First();
            to.WriteLine("{0} {1}", listed.Id, Seconds(listed.FinishTime));
            Job ended = client.SummarizeJobs(new Query { Since = null }).LatestEnded;
            to.WriteLine("{0} {1}", ended.Id, Seconds(ended.FinishTime));

            try
            {
                client.GetJob("FB1");
            }
            catch (CloudBackupException error)
            {
                ErrorDetail detail = error.Details[0];
                to.WriteLine("{0} {1} {2} {3} {4} {5} {6} {7} {8}", error.StatusName, (long)error.RetryAfter.Value.TotalSeconds,
                    error.HttpStatus, error.RequestId, error.TraceId, error.IsRetryable ? "true" : "false", detail.Code,
                    detail.Field, detail.Message);
            }

            client.SetTimeout(TimeSpan.MaxValue);
            Job waited = client.WaitJob("FB2", TimeSpan.MaxValue, TimeSpan.MaxValue);
            to.WriteLine("{0} {1}", waited.Id, waited.StateText);

            var query = new Query { Since = DateTimeOffset.MinValue, Until = DateTimeOffset.MaxValue };
            var beginning = new Query { Since = DateTimeOffset.MinValue };
            to.WriteLine("{0} {1}", client.ListJobs(query).First().Id, client.ListJobs(beginning).First().Id);
        }
    }
}
