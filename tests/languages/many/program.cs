using System;
using System.Collections.Generic;

namespace CloudBackupJobs
{
    internal static class Program
    {
        private static string Failed(Action act)
        {
            try
            {
                act();
                return "did not fail";
            }
            catch (CloudBackupException error)
            {
                return error.StatusName;
            }
            catch (ArgumentException)
            {
                return "refused ";
            }
        }

        private static TimeSpan Ms(int number)
        {
            return TimeSpan.FromMilliseconds(number);
        }

        private static string Yes(bool? answer)
        {
            return answer == null ? "nil" : answer.Value ? "true" : "false";
        }

        private static string OrNil(long? number)
        {
            return number == null ? "nil" : number.Value.ToString();
        }

        private static void Main(string[] arguments)
        {
            var to = Console.Out;
            to.WriteLine("{0} {1} {2}", JobType.Backup.Name(), Names.ParseObjectType("Exchange Online").Name(),
                (int)Names.ParseJobType("restore"));
            to.WriteLine("{0} {1} {2}", LoadedLibrary.Version, Yes(LoadedLibrary.HasFeature("certificate")), Yes(LoadedLibrary.HasFeature("x")));

            Job job = Job.Parse(arguments[1]);
            var codes = new List<string>();
            foreach (JobError error in job.Errors)
                codes.Add(Yes(error.HasCode));
            to.WriteLine("{0} {1} {2} {3} [{4}] {5} {6}", job.Id, job.DurationText, job.TraceId, job.ResponseTime.Value.ToUnixTimeSeconds(),
                string.Join(", ", codes), Yes(job.State.IsTerminal()), Yes(job.HasErrorList));
            to.WriteLine(job.Json);
            to.WriteLine(Failed(() => Job.Parse("{")));

            var client = new Client();
            to.Write(Failed(() => Names.ParseJobType("nonsense")));
            to.Write(Failed(() => client.SetTimeout(Ms(0))));
            foreach (var wrong in new[] { new Query { PageSize = 1001 }, new Query { MaxJobs = 0 }, new Query { ObjectType = (ObjectType)(-1) },
                new Query { Location = "E\0" } })
                to.Write(Failed(() => client.ListJobs(wrong)));
            to.WriteLine();

            var found = new List<string>();
            var query = new Query
            {
                Since = new DateTimeOffset(2026, 11, 19, 23, 0, 0, TimeSpan.Zero),
                Until = new DateTimeOffset(2026, 11, 20, 2, 30, 0, TimeSpan.Zero),
                JobType = JobType.Backup, ObjectType = ObjectType.Onedrive, State = State.Failed, Location = "EUR", PageSize = 2, MaxJobs = 3,
            };
            using (JobList jobs = client.ListJobs(query))
            {
                Action read = () =>
                {
                    foreach (Job each in jobs)
                        found.Add(each.Id);
                };
                string failure = Failed(read);
                found.Add(failure);
                read();
                to.WriteLine("{0} {1} {2} {3}", string.Join(" ", found), jobs.TotalCount, Yes(jobs.IsComplete), OrNil(jobs.MissingCount));
            }
            using (JobList jobs = client.ListJobs(new Query { Since = null }))
            {
                foreach (Job each in jobs)
                {
                    to.WriteLine("{0} {1} {2} {3}", each.Id, jobs.TotalCount, Yes(jobs.IsComplete), OrNil(jobs.MissingCount));
                    break;
                }
            }

            Summary summary = client.SummarizeJobs(new Query { Since = null });
            to.WriteLine("{0} {1} {2} {3} {4} {5} {6} {7} {8}", summary.LatestInState[State.Failed].Id, summary.CountInState[State.Failed],
                summary.CountInState[State.PartiallyFinished], summary.LatestInState[State.PartiallyFinished] == null ? "nil" : "job",
                summary.Count, summary.TotalCount, Yes(summary.IsComplete),
                OrNil(summary.MissingCount), Yes(summary.LatestInState[State.Failed].HasErrorList));

            client.SetAccessToken("second");
            to.WriteLine(client.GetJob("FB1").StateText);
            using (Client other = client.Share())
            {
                other.SetTimeout(Ms(300));
                to.WriteLine(Failed(() => other.GetJob("FB1")));
            }
            to.WriteLine(client.GetJob("FB1").StateText);
            to.WriteLine(Failed(() => client.WaitJob("FB1", Ms(20), Ms(200))));
            string ended;
            using (var source = new System.Threading.CancellationTokenSource(100))
            using (source.Token.Register(client.Cancel))
                ended = Failed(() => client.WaitJob("FB1", Ms(10000), Ms(20000)));
            if (ended == "CBJ_ERROR_CANCELLED")
            {
                client.Resume();
                to.WriteLine("cancelled " + client.GetJob("FB1").Id);
            }
            var options = new Dictionary<string, object> { { "max_retries", 0 } };
            to.WriteLine(Client.FromFile(arguments[0], options).GetJob("FB1").Id);
        }
    }
}
