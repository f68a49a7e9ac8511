// Backup jobs by way of the C library cloudbackupjobs, called through P/Invoke (Mono, .NET). Copy this file, Job.cs, JobList.cs
// and Native.cs. Options beside the environment's are a dictionary:
//
//     new Client(new Dictionary<string, object> { { "data_center", "us" }, { "client_id", "..." }, { "timeout_ms", 5000 } })
//
// Jobs are listed in a loop, page by page:
//
//     using (var jobs = client.ListJobs(new Query { ObjectType = ObjectType.ExchangeOnline, State = State.Failed }))
//         foreach (Job job in jobs)
//
// The system's loader looks for the library; LD_LIBRARY_PATH names other folders. While a call waits, other threads run,
// and Ctrl-C is not held up.

using System;
using System.Collections.Generic;
using System.Globalization;

namespace CloudBackupJobs
{
    /// <summary>Asks the service; configured by the environment and by options with the names of the library's
    /// configuration file. Where both have an option, the one given here wins; null leaves it out. Threads may share it, and any
    /// of them may dispose of it at any time: calls that are under way go on to their end, and the last of them frees it.</summary>
    public sealed class Client : IDisposable
    {
        private readonly Handle handle;

        /// <summary>The values are text, whole numbers or booleans.</summary>
        public Client(IEnumerable<KeyValuePair<string, object>> options = null) : this(options, Native.cbj_config_load_env)
        {
        }

        /// <summary>Configured by a file, instead of the environment, and by options.</summary>
        public static Client FromFile(string path, IEnumerable<KeyValuePair<string, object>> options = null)
        {
            byte[] name = Native.TextIn("path", path);
            return new Client(options, (IntPtr config, out IntPtr error) => Native.cbj_config_load_file(config, name, out error));
        }

        private delegate int LoadFunction(IntPtr config, out IntPtr error);

        private Client(IEnumerable<KeyValuePair<string, object>> options, LoadFunction load)
        {
            IntPtr made, error;
            IntPtr config = Native.cbj_config_new();
            try
            {
                int status = load(config, out error);
                Native.Check(status, error);
                foreach (var option in options ?? new Dictionary<string, object>())
                {
                    if (option.Value == null)
                        continue;
                    byte[] name = Native.TextIn("an option's name", option.Key);
                    byte[] value = Native.TextIn(option.Key, Convert.ToString(option.Value, CultureInfo.InvariantCulture));
                    status = Native.cbj_config_set_option(config, name, value, out error);
                    Native.Check(status, error);
                }
                status = Native.cbj_client_new(config, out made, out error);
                Native.Check(status, error);
            }
            finally
            {
                Native.cbj_config_free(config);
            }
            handle = new Handle(made, Native.cbj_client_free);
        }

        private Client(IntPtr made)
        {
            handle = new Handle(made, Native.cbj_client_free);
        }

        /// <summary>Retrieves one job. Blocks this thread. The location is for Multi-Geo tenants only.</summary>
        public Job GetJob(string jobId, string location = null)
        {
            byte[] id = Native.TextIn("jobId", jobId), where = Native.TextIn("location", location);
            return handle.Use(client =>
            {
                IntPtr job, error;
                int status = Native.cbj_client_get_job(client, id, where, out job, out error);
                Native.Check(status, error);
                return Job.Take(job);
            });
        }

        /// <summary>Waits until a job has ended, well or not. Asks for it at an interval, and fails with CBJ_ERROR_TIMEOUT
        /// after the timeout. Failures that a later call may not have do not end it.</summary>
        public Job WaitJob(string jobId, TimeSpan interval, TimeSpan timeout, string location = null)
        {
            byte[] id = Native.TextIn("jobId", jobId), where = Native.TextIn("location", location);
            return handle.Use(client =>
            {
                IntPtr job, error;
                int status = Native.cbj_client_wait_job(client, id, where, Native.Milliseconds(interval),
                    Native.Milliseconds(timeout), out job, out error);
                Native.Check(status, error);
                return Job.Take(job);
            });
        }

        /// <summary>Fetches the first page. A query that is null is a new one.</summary>
        public JobList ListJobs(Query query = null)
        {
            return new JobList(Ask(query, Native.cbj_client_list_jobs));
        }

        /// <summary>Reads the whole list within the time of one call. A query that is null is a new one.</summary>
        public Summary SummarizeJobs(Query query = null)
        {
            return new Summary(Ask(query, Native.cbj_client_summarize_jobs));
        }

        private delegate int AskFunction(IntPtr client, IntPtr query, out IntPtr made, out IntPtr error);

        private IntPtr Ask(Query query, AskFunction ask)
        {
            IntPtr asked = query == null ? IntPtr.Zero : query.Make();
            try
            {
                return handle.Use(client =>
                {
                    IntPtr made, error;
                    int status = ask(client, asked, out made, out error);
                    Native.Check(status, error);
                    return made;
                });
            }
            finally
            {
                Native.cbj_query_free(asked);
            }
        }

        /// <summary>Another client on the same connections and access token, with a timeout and a cancel of its own.</summary>
        public Client Share()
        {
            return handle.Use(client =>
            {
                IntPtr other, error;
                int status = Native.cbj_client_share(client, out other, out error);
                Native.Check(status, error);
                return new Client(other);
            });
        }

        /// <summary>How long a whole call may take, for calls that begin from now on.</summary>
        public void SetTimeout(TimeSpan timeout)
        {
            int status = handle.Use(client => Native.cbj_client_set_timeout_ms(client, Native.Milliseconds(timeout)));
            Native.CheckArgument(status, "timeout");
        }

        /// <summary>Replaces the access token of a client that was configured with one.</summary>
        public void SetAccessToken(string token)
        {
            byte[] text = Native.TextIn("token", token);
            Native.CheckArgument(handle.Use(client => Native.cbj_client_set_access_token(client, text)), "token");
        }

        /// <summary>Ends the calls of this client with CBJ_ERROR_CANCELLED, from any thread: those that wait, and later ones.
        /// For a CancellationToken: using (token.Register(client.Cancel)).</summary>
        public void Cancel()
        {
            handle.Use(client =>
            {
                Native.cbj_client_cancel(client);
                return 0;
            });
        }

        /// <summary>Later calls work again.</summary>
        public void Resume()
        {
            handle.Use(client =>
            {
                Native.cbj_client_resume(client);
                return 0;
            });
        }

        public void Dispose()
        {
            handle.Dispose();
        }
    }
}
