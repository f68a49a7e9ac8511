// Prints a backup job by way of the C library cloudbackupjobs, called through P/Invoke (Mono, .NET).
//
//     mcs JobReport.cs
//     CBJ_DATA_CENTER=us CBJ_CLIENT_ID=... CBJ_CLIENT_SECRET_FILE=... mono JobReport.exe JOB_ID
//
// The namespace is made to be copied; the program is at the end. Options beside the environment's are a dictionary:
//
//     new Client(new Dictionary<string, object> { { "data_center", "us" }, { "client_id", "..." }, { "timeout_ms", 5000 } })
//
// The system's loader looks for the library; LD_LIBRARY_PATH names other folders. While a call waits, other threads run,
// and Ctrl-C is not held up.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;

namespace CloudBackupJobs
{
    /// <summary>The C functions.</summary>
    internal static class Native
    {
        private const string Library = "libcloudbackupjobs.so.1";

        // begin generated: declarations
        [DllImport(Library)] internal static extern IntPtr cbj_status_name(int status);
        [DllImport(Library)] internal static extern IntPtr cbj_error_message(IntPtr error);
        [DllImport(Library)] internal static extern int cbj_error_http_status(IntPtr error);
        [DllImport(Library)] internal static extern IntPtr cbj_error_request_id(IntPtr error);
        [DllImport(Library)] internal static extern IntPtr cbj_error_trace_id(IntPtr error);
        [DllImport(Library)] internal static extern long cbj_error_retry_after_ms(IntPtr error);
        [DllImport(Library)] internal static extern int cbj_error_is_retryable(IntPtr error);
        [DllImport(Library)] internal static extern UIntPtr cbj_error_detail_count(IntPtr error);
        [DllImport(Library)] internal static extern IntPtr cbj_error_detail_code(IntPtr error, UIntPtr index);
        [DllImport(Library)] internal static extern IntPtr cbj_error_detail_field(IntPtr error, UIntPtr index);
        [DllImport(Library)] internal static extern IntPtr cbj_error_detail_message(IntPtr error, UIntPtr index);
        [DllImport(Library)] internal static extern void cbj_error_free(IntPtr error);
        [DllImport(Library)] internal static extern IntPtr cbj_config_new();
        [DllImport(Library)] internal static extern void cbj_config_free(IntPtr config);
        [DllImport(Library)] internal static extern int cbj_config_load_env(IntPtr config, out IntPtr error);
        [DllImport(Library)] internal static extern int cbj_config_set_option(IntPtr config, byte[] name, byte[] value, out IntPtr error);
        [DllImport(Library)] internal static extern int cbj_client_new(IntPtr config, out IntPtr client, out IntPtr error);
        [DllImport(Library)] internal static extern void cbj_client_free(IntPtr client);
        [DllImport(Library)] internal static extern int cbj_client_get_job(IntPtr client, byte[] job_id, byte[] location, out IntPtr job, out IntPtr error);
        [DllImport(Library)] internal static extern void cbj_job_free(IntPtr job);
        [DllImport(Library)] internal static extern IntPtr cbj_job_id(IntPtr job);
        [DllImport(Library)] internal static extern int cbj_job_state(IntPtr job);
        [DllImport(Library)] internal static extern IntPtr cbj_job_state_text(IntPtr job);
        [DllImport(Library)] internal static extern long cbj_job_start_time_ms(IntPtr job);
        [DllImport(Library)] internal static extern long cbj_job_finish_time_ms(IntPtr job);
        [DllImport(Library)] internal static extern IntPtr cbj_job_start_time_text(IntPtr job);
        [DllImport(Library)] internal static extern IntPtr cbj_job_finish_time_text(IntPtr job);
        [DllImport(Library)] internal static extern long cbj_job_elapsed_ms(IntPtr job);
        [DllImport(Library)] internal static extern double cbj_job_duration_hours(IntPtr job);
        [DllImport(Library)] internal static extern long cbj_job_total_count(IntPtr job);
        [DllImport(Library)] internal static extern long cbj_job_failed_count(IntPtr job);
        [DllImport(Library)] internal static extern long cbj_job_successful_count(IntPtr job);
        [DllImport(Library)] internal static extern long cbj_job_skipped_count(IntPtr job);
        [DllImport(Library)] internal static extern UIntPtr cbj_job_error_count(IntPtr job);
        [DllImport(Library)] internal static extern IntPtr cbj_job_error_message(IntPtr job, UIntPtr index);
        [DllImport(Library)] internal static extern IntPtr cbj_job_error_url(IntPtr job, UIntPtr index);
        [DllImport(Library)] internal static extern long cbj_job_error_occurrences(IntPtr job, UIntPtr index);
        [DllImport(Library)] internal static extern IntPtr cbj_job_request_id(IntPtr job);
        // end generated

        internal static string Text(IntPtr found)
        {
            if (found == IntPtr.Zero)
                return null;
            int length = 0;
            while (Marshal.ReadByte(found, length) != 0)
                length++;
            var bytes = new byte[length];
            Marshal.Copy(found, bytes, 0, length);
            return Encoding.UTF8.GetString(bytes);
        }

        internal static long? Count(long number)
        {
            return number < 0 ? (long?)null : number;
        }

        internal static TimeSpan? Span(long ms)
        {
            return ms < 0 ? (TimeSpan?)null : TimeSpan.FromTicks(ms * TimeSpan.TicksPerMillisecond);
        }

        internal static DateTimeOffset? Time(long ms)
        {
            // A DateTimeOffset has the years 1 to 9999; the library has no others that the text would not say.
            return ms == long.MinValue ? (DateTimeOffset?)null : DateTimeOffset.FromUnixTimeMilliseconds(ms);
        }

        /// <summary>Text for C, which would end it at a NUL.</summary>
        internal static byte[] TextIn(string name, string value)
        {
            if (value == null)
                return null;
            if (value.IndexOf('\0') >= 0)
                throw new ArgumentException("it holds a NUL", name);
            return Encoding.UTF8.GetBytes(value + '\0');
        }

        internal static void Check(int status, IntPtr error)
        {
            if (status != 0)
                throw new CloudBackupException(status, error);
        }
    }

    /// <summary>One entry of the service's own list of errors; what it did not send is null.</summary>
    public sealed class ErrorDetail
    {
        public string Code { get; internal set; }
        public string Field { get; internal set; }
        public string Message { get; internal set; }
    }

    /// <summary>A call failed. The message is one line for a person.</summary>
    public sealed class CloudBackupException : Exception
    {
        public int Status { get; }
        public string StatusName { get; }
        public int? HttpStatus { get; }
        public string RequestId { get; }
        public string TraceId { get; }
        public TimeSpan? RetryAfter { get; }
        public bool IsRetryable { get; }
        public IReadOnlyList<ErrorDetail> Details { get; }

        /// <summary>Copies the error out of its handle, which is freed.</summary>
        internal CloudBackupException(int status, IntPtr handle) : base(Native.Text(Native.cbj_error_message(handle)))
        {
            Status = status;
            StatusName = Native.Text(Native.cbj_status_name(status));
            int http = Native.cbj_error_http_status(handle);
            HttpStatus = http == 0 ? (int?)null : http;
            RequestId = Native.Text(Native.cbj_error_request_id(handle));
            TraceId = Native.Text(Native.cbj_error_trace_id(handle));
            RetryAfter = Native.Span(Native.cbj_error_retry_after_ms(handle));
            IsRetryable = Native.cbj_error_is_retryable(handle) == 1;
            var details = new List<ErrorDetail>();
            for (ulong index = 0; index < (ulong)Native.cbj_error_detail_count(handle); index++)
            {
                details.Add(new ErrorDetail
                {
                    Code = Native.Text(Native.cbj_error_detail_code(handle, (UIntPtr)index)),
                    Field = Native.Text(Native.cbj_error_detail_field(handle, (UIntPtr)index)),
                    Message = Native.Text(Native.cbj_error_detail_message(handle, (UIntPtr)index)),
                });
            }
            Details = details;
            Native.cbj_error_free(handle);
        }
    }

    /// <summary>The state of a job: the numbers of cbj_state. Treat one that is not listed as Unknown.</summary>
    public enum State
    {
        // begin generated: states
        Unknown = 0,
        InProgress = 1,
        Finished = 2,
        Failed = 3,
        FinishedWithException = 4,
        PartiallyFinished = 5,
        // end generated
    }

    /// <summary>One of the top errors of a job; what the service did not send is null.</summary>
    public sealed class JobError
    {
        public string Message { get; internal set; }
        public string Url { get; internal set; }
        public long? Occurrences { get; internal set; }
    }

    /// <summary>One job. What the service did not send is null.</summary>
    public sealed class Job
    {
        public string Id { get; }
        public State State { get; }
        public string StateText { get; }
        public DateTimeOffset? StartTime { get; }
        public DateTimeOffset? FinishTime { get; }
        public string StartTimeText { get; }
        public string FinishTimeText { get; }
        public TimeSpan? Elapsed { get; }
        public double? DurationHours { get; }
        public long? TotalCount { get; }
        public long? FailedCount { get; }
        public long? SuccessfulCount { get; }
        public long? SkippedCount { get; }
        public IReadOnlyList<JobError> Errors { get; }
        public string RequestId { get; }

        /// <summary>Copies the job out of its handle, which is freed.</summary>
        internal Job(IntPtr handle)
        {
            try
            {
                Id = Native.Text(Native.cbj_job_id(handle));
                State = (State)Native.cbj_job_state(handle);
                StateText = Native.Text(Native.cbj_job_state_text(handle));
                StartTime = Native.Time(Native.cbj_job_start_time_ms(handle));
                FinishTime = Native.Time(Native.cbj_job_finish_time_ms(handle));
                StartTimeText = Native.Text(Native.cbj_job_start_time_text(handle));
                FinishTimeText = Native.Text(Native.cbj_job_finish_time_text(handle));
                Elapsed = Native.Span(Native.cbj_job_elapsed_ms(handle));
                double hours = Native.cbj_job_duration_hours(handle);
                DurationHours = double.IsNaN(hours) ? (double?)null : hours;
                TotalCount = Native.Count(Native.cbj_job_total_count(handle));
                FailedCount = Native.Count(Native.cbj_job_failed_count(handle));
                SuccessfulCount = Native.Count(Native.cbj_job_successful_count(handle));
                SkippedCount = Native.Count(Native.cbj_job_skipped_count(handle));
                RequestId = Native.Text(Native.cbj_job_request_id(handle));
                var errors = new List<JobError>();
                for (ulong index = 0; index < (ulong)Native.cbj_job_error_count(handle); index++)
                {
                    errors.Add(new JobError
                    {
                        Message = Native.Text(Native.cbj_job_error_message(handle, (UIntPtr)index)),
                        Url = Native.Text(Native.cbj_job_error_url(handle, (UIntPtr)index)),
                        Occurrences = Native.Count(Native.cbj_job_error_occurrences(handle, (UIntPtr)index)),
                    });
                }
                Errors = errors;
            }
            finally
            {
                Native.cbj_job_free(handle);
            }
        }
    }

    /// <summary>Asks the service; configured by the environment and by options with the names of the library's
    /// configuration file. Where both have an option, the one given here wins; null leaves it out. Threads may share it.
    /// </summary>
    public sealed class Client : IDisposable
    {
        /// <summary>Freed once, and not while a call uses it: the runtime counts its users.</summary>
        private sealed class Handle : SafeHandle
        {
            internal Handle(IntPtr made) : base(IntPtr.Zero, true)
            {
                SetHandle(made);
            }

            public override bool IsInvalid
            {
                get { return handle == IntPtr.Zero; }
            }

            protected override bool ReleaseHandle()
            {
                Native.cbj_client_free(handle);
                return true;
            }
        }

        private readonly Handle handle;

        /// <summary>The values are text, whole numbers or booleans.</summary>
        public Client(IEnumerable<KeyValuePair<string, object>> options = null)
        {
            IntPtr made, error;
            IntPtr config = Native.cbj_config_new();
            try
            {
                int status = Native.cbj_config_load_env(config, out error);
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
            handle = new Handle(made);
        }

        /// <summary>Retrieves one job. Blocks this thread. The location is for Multi-Geo tenants only.</summary>
        public Job GetJob(string jobId, string location = null)
        {
            byte[] id = Native.TextIn("jobId", jobId), where = Native.TextIn("location", location);
            bool isHeld = false;
            try
            {
                handle.DangerousAddRef(ref isHeld);
                IntPtr job, error;
                int status = Native.cbj_client_get_job(handle.DangerousGetHandle(), id, where, out job, out error);
                Native.Check(status, error);
                return new Job(job);
            }
            finally
            {
                if (isHeld)
                    handle.DangerousRelease();
            }
        }

        public void Dispose()
        {
            handle.Dispose();
        }
    }

    // The program.

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

        private static int Main(string[] arguments)
        {
            var utf8 = new UTF8Encoding(false);
            using (var to = new StreamWriter(Console.OpenStandardOutput(), utf8))
            using (var complaints = new StreamWriter(Console.OpenStandardError(), utf8))
            {
                if (arguments.Length != 1)
                {
                    complaints.WriteLine("usage: JobReport.exe JOB_ID");
                    return 2;
                }
                try
                {
                    using (var client = new Client())
                        Report(client.GetJob(arguments[0]), to);
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
