using System;
using System.Collections;
using System.Collections.Generic;

namespace CloudBackupJobs
{
    /// <summary>What a job does: the numbers of cbj_job_type. The library passes others on to the service.</summary>
    public enum JobType
    {
        // begin generated: job_types
        All = 0,
        Backup = 1,
        Restore = 2,
        Export = 3,
        Deletion = 4,
        Retention = 5,
        // end generated
    }

    /// <summary>The kind of objects that a job is about: the numbers of cbj_object_type, likewise.</summary>
    public enum ObjectType
    {
        // begin generated: object_types
        All = 0,
        ExchangeOnline = 1,
        SharepointOnline = 2,
        Onedrive = 3,
        Microsoft365Groups = 4,
        ProjectOnline = 5,
        PublicFolder = 6,
        Teams = 7,
        VivaEngage = 8,
        TeamsChat = 9,
        PowerBi = 10,
        PowerAutomate = 11,
        PowerApps = 12,
        // end generated
    }

    /// <summary>The library's names of the enumerations, and what it says of them.</summary>
    public static class Names
    {
        /// <summary>Whether a job in this state has ended.</summary>
        public static bool IsTerminal(this State state)
        {
            return Native.cbj_state_is_terminal((int)state) == 1;
        }

        /// <summary>"backup"; null for a number without a name.</summary>
        public static string Name(this JobType type)
        {
            return Native.Text(Native.cbj_job_type_name((int)type));
        }

        /// <summary>"exchange-online"; null for a number without a name.</summary>
        public static string Name(this ObjectType type)
        {
            return Native.Text(Native.cbj_object_type_name((int)type));
        }

        /// <summary>The type with this name; case, blanks, '_' and '-' do not count.</summary>
        public static JobType ParseJobType(string name)
        {
            return (JobType)Known(Native.cbj_job_type_from_name(Native.TextIn("name", name)), name);
        }

        /// <summary>The kind with this name; case, blanks, '_' and '-' do not count.</summary>
        public static ObjectType ParseObjectType(string name)
        {
            return (ObjectType)Known(Native.cbj_object_type_from_name(Native.TextIn("name", name)), name);
        }

        private static int Known(int found, string name)
        {
            if (found < 0)
                throw new ArgumentException("there is none with the name " + name, "name");
            return found;
        }
    }

    /// <summary>Which jobs to find. A new one means every job that started in the last 7 days.</summary>
    public sealed class Query
    {
        private DateTimeOffset? since;
        private bool isSinceSet;

        /// <summary>Jobs that started then or later; null: no limit.</summary>
        public DateTimeOffset? Since
        {
            get { return since; }
            set
            {
                since = value;
                isSinceSet = true;
            }
        }

        /// <summary>Jobs that started before then; null: no limit.</summary>
        public DateTimeOffset? Until { get; set; }
        public JobType JobType { get; set; }
        public ObjectType ObjectType { get; set; }
        /// <summary>Unknown: any.</summary>
        public State State { get; set; }
        /// <summary>Null: the configured one, or all.</summary>
        public string Location { get; set; }
        /// <summary>Null: the library's own.</summary>
        public uint? PageSize { get; set; }
        /// <summary>Where a listing gives up, and is incomplete; null: the library's own.</summary>
        public uint? MaxJobs { get; set; }

        /// <summary>Its handle, to be freed.</summary>
        internal IntPtr Make()
        {
            IntPtr query = Native.cbj_query_new();
            try
            {
                if (isSinceSet)
                    Native.CheckArgument(Native.cbj_query_set_since_ms(query, Limit(since)), "Since");
                Native.CheckArgument(Native.cbj_query_set_until_ms(query, Limit(Until)), "Until");
                Native.CheckArgument(Native.cbj_query_set_job_type(query, (int)JobType), "JobType");
                Native.CheckArgument(Native.cbj_query_set_object_type(query, (int)ObjectType), "ObjectType");
                Native.CheckArgument(Native.cbj_query_set_state(query, (int)State), "State");
                Native.CheckArgument(Native.cbj_query_set_location(query, Native.TextIn("Location", Location)), "Location");
                if (PageSize != null)
                    Native.CheckArgument(Native.cbj_query_set_page_size(query, PageSize.Value), "PageSize");
                if (MaxJobs != null)
                    Native.CheckArgument(Native.cbj_query_set_max_jobs(query, MaxJobs.Value), "MaxJobs");
                return query;
            }
            catch
            {
                Native.cbj_query_free(query);
                throw;
            }
        }

        private static long Limit(DateTimeOffset? time)
        {
            return time == null ? long.MinValue : time.Value.ToUnixTimeMilliseconds();
        }
    }

    /// <summary>A list of jobs, read page by page as it is needed, by one thread and once: a second loop goes on where the
    /// first one ended, and after a failure it asks for the same page again. Outlives its client.</summary>
    public sealed class JobList : IEnumerable<Job>, IDisposable
    {
        private readonly Handle handle;

        internal JobList(IntPtr made)
        {
            handle = new Handle(made, Native.cbj_job_iter_free);
        }

        public IEnumerator<Job> GetEnumerator()
        {
            for (Job job = Next(); job != null; job = Next())
                yield return job;
        }

        IEnumerator IEnumerable.GetEnumerator()
        {
            return GetEnumerator();
        }

        /// <summary>How many jobs there are, as the service said last, in whole days.</summary>
        public long? TotalCount
        {
            get { return handle.Use(list => Native.Count(Native.cbj_job_iter_total_count(list))); }
        }

        /// <summary>After the end: how many jobs the service says it has and did not send; null where the number is unknown.</summary>
        public long? MissingCount
        {
            get { return handle.Use(list => Native.Count(Native.cbj_job_iter_missing_count(list))); }
        }

        /// <summary>After the end: whether no job is known to be missing.</summary>
        public bool IsComplete
        {
            get { return handle.Use(list => Native.cbj_job_iter_is_complete(list) == 1); }
        }

        public void Dispose()
        {
            handle.Dispose();
        }

        private Job Next()
        {
            return handle.Use(list =>
            {
                IntPtr job, error;
                int status = Native.cbj_job_iter_next(list, out job, out error);
                Native.Check(status, error);
                return Job.Take(job);
            });
        }
    }

    /// <summary>What the jobs of a query say together. A job that there is not is null.</summary>
    public sealed class Summary
    {
        public Job Latest { get; }
        public Job LatestEnded { get; }
        public IReadOnlyDictionary<State, Job> LatestInState { get; }
        public long Count { get; }
        public IReadOnlyDictionary<State, long> CountInState { get; }
        /// <summary>As the service said last, in whole days.</summary>
        public long? TotalCount { get; }
        /// <summary>How many jobs the service says it has and did not send; null where the number is unknown.</summary>
        public long? MissingCount { get; }
        /// <summary>Whether no job is known to be missing.</summary>
        public bool IsComplete { get; }

        /// <summary>Copies the summary out of its handle, which is freed.</summary>
        internal Summary(IntPtr handle)
        {
            try
            {
                Latest = Job.Copy(Native.cbj_summary_latest(handle));
                LatestEnded = Job.Copy(Native.cbj_summary_latest_ended(handle));
                Count = Native.cbj_summary_count(handle);
                TotalCount = Native.Count(Native.cbj_summary_total_count(handle));
                MissingCount = Native.Count(Native.cbj_summary_missing_count(handle));
                IsComplete = Native.cbj_summary_is_complete(handle) == 1;
                var latest = new Dictionary<State, Job>();
                var counts = new Dictionary<State, long>();
                foreach (State state in Enum.GetValues(typeof(State)))
                {
                    latest[state] = Job.Copy(Native.cbj_summary_latest_in_state(handle, (int)state));
                    counts[state] = Native.cbj_summary_count_in_state(handle, (int)state);
                }
                LatestInState = latest;
                CountInState = counts;
            }
            finally
            {
                Native.cbj_summary_free(handle);
            }
        }
    }
}
