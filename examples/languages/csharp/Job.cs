using System;
using System.Collections.Generic;
using System.Text;

namespace CloudBackupJobs
{
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
        public bool? HasCode { get; internal set; }
    }

    /// <summary>One job. What the service did not send is null.</summary>
    public sealed class Job
    {
        public string Id { get; }
        public State State { get; }
        public string StateText { get; }
        /// <summary>Null also where a DateTimeOffset cannot have it: outside of the years 1 to 9999 in UTC. The text has it.
        /// </summary>
        public DateTimeOffset? StartTime { get; }
        /// <summary>As StartTime.</summary>
        public DateTimeOffset? FinishTime { get; }
        public string StartTimeText { get; }
        public string FinishTimeText { get; }
        public TimeSpan? Elapsed { get; }
        public double? DurationHours { get; }
        public string DurationText { get; }
        public long? TotalCount { get; }
        public long? FailedCount { get; }
        public long? SuccessfulCount { get; }
        public long? SkippedCount { get; }
        public IReadOnlyList<JobError> Errors { get; }
        /// <summary>Whether the service sent the list of errors, even an empty one.</summary>
        public bool HasErrorList { get; }
        public string RequestId { get; }
        public string TraceId { get; }
        public DateTimeOffset? ResponseTime { get; }
        /// <summary>The job as the service sent it.</summary>
        public string Json { get; }

        /// <summary>Reads a saved answer of the service.</summary>
        public static Job Parse(string json)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(json);
            IntPtr job, error;
            int status = Native.cbj_job_parse(bytes, (UIntPtr)bytes.Length, out job, out error);
            Native.Check(status, error);
            return Take(job);
        }

        /// <summary>Copies the job out of its handle, which is freed.</summary>
        internal static Job Take(IntPtr handle)
        {
            try
            {
                return Copy(handle);
            }
            finally
            {
                Native.cbj_job_free(handle);
            }
        }

        /// <summary>Null for none.</summary>
        internal static Job Copy(IntPtr handle)
        {
            return handle == IntPtr.Zero ? null : new Job(handle);
        }

        private Job(IntPtr handle)
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
            DurationText = Native.Text(Native.cbj_job_duration_text(handle));
            RequestId = Native.Text(Native.cbj_job_request_id(handle));
            TraceId = Native.Text(Native.cbj_job_trace_id(handle));
            ResponseTime = Native.Time(Native.cbj_job_response_time_ms(handle));
            Json = Native.Text(Native.cbj_job_json(handle));
            var errors = new List<JobError>();
            for (ulong index = 0; index < (ulong)Native.cbj_job_error_count(handle); index++)
            {
                int hasCode = Native.cbj_job_error_has_code(handle, (UIntPtr)index);
                errors.Add(new JobError
                {
                    Message = Native.Text(Native.cbj_job_error_message(handle, (UIntPtr)index)),
                    Url = Native.Text(Native.cbj_job_error_url(handle, (UIntPtr)index)),
                    Occurrences = Native.Count(Native.cbj_job_error_occurrences(handle, (UIntPtr)index)),
                    HasCode = hasCode < 0 ? (bool?)null : hasCode == 1,
                });
            }
            Errors = errors;
            HasErrorList = Native.cbj_job_has_error_list(handle) == 1;
        }
    }
}
