using System;
using System.Runtime.InteropServices;
using System.Text;
#if NETCOREAPP
using System.Reflection;
using System.Runtime.Loader;
#endif

namespace CloudBackupJobs
{
    /// <summary>The C functions.</summary>
    internal static class Native
    {
        // begin generated: library
        private const string OnWindows = "cloudbackupjobs.dll";
        private const string OnMacOS = "libcloudbackupjobs.1.dylib";
        private const string OnLinuxAndFreeBSD = "libcloudbackupjobs.so.1";
        // end generated

        // The runtime looks in the folder of the program, and then where the system has its libraries.
#if NETFRAMEWORK
        private const string Library = OnWindows;
#else
        private const string Library = OnLinuxAndFreeBSD;
#endif
#if NETCOREAPP
        static Native()
        {
            // One assembly is for all systems, so the name is chosen when the program runs. The runtime asks after it has found
            // no file with the name above.
            Assembly own = typeof(Native).Assembly;
            AssemblyLoadContext.GetLoadContext(own).ResolvingUnmanagedDll += (assembly, name) =>
            {
                string file = RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? OnWindows
                    : RuntimeInformation.IsOSPlatform(OSPlatform.OSX) ? OnMacOS : Library;
                bool isOther = assembly == own && name == Library && file != Library;
                return isOther ? NativeLibrary.Load(file, own, null) : IntPtr.Zero;
            };
        }
#endif

        // begin generated: declarations
        [DllImport(Library)] internal static extern IntPtr cbj_status_name(int status);
        [DllImport(Library)] internal static extern IntPtr cbj_version();
        [DllImport(Library)] internal static extern int cbj_has_feature(byte[] name);
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
        [DllImport(Library)] internal static extern int cbj_config_load_file(IntPtr config, byte[] path, out IntPtr error);
        [DllImport(Library)] internal static extern int cbj_config_set_option(IntPtr config, byte[] name, byte[] value, out IntPtr error);
        [DllImport(Library)] internal static extern int cbj_client_new(IntPtr config, out IntPtr client, out IntPtr error);
        [DllImport(Library)] internal static extern void cbj_client_free(IntPtr client);
        [DllImport(Library)] internal static extern int cbj_client_get_job(IntPtr client, byte[] job_id, byte[] location, out IntPtr job, out IntPtr error);
        [DllImport(Library)] internal static extern int cbj_client_wait_job(IntPtr client, byte[] job_id, byte[] location, uint poll_interval_ms, uint timeout_ms, out IntPtr job, out IntPtr error);
        [DllImport(Library)] internal static extern int cbj_client_share(IntPtr client, out IntPtr other, out IntPtr error);
        [DllImport(Library)] internal static extern int cbj_client_set_timeout_ms(IntPtr client, uint ms);
        [DllImport(Library)] internal static extern int cbj_client_set_access_token(IntPtr client, byte[] token);
        [DllImport(Library)] internal static extern void cbj_client_cancel(IntPtr client);
        [DllImport(Library)] internal static extern void cbj_client_resume(IntPtr client);
        [DllImport(Library)] internal static extern IntPtr cbj_job_type_name(int job_type);
        [DllImport(Library)] internal static extern int cbj_job_type_from_name(byte[] name);
        [DllImport(Library)] internal static extern IntPtr cbj_object_type_name(int object_type);
        [DllImport(Library)] internal static extern int cbj_object_type_from_name(byte[] name);
        [DllImport(Library)] internal static extern IntPtr cbj_query_new();
        [DllImport(Library)] internal static extern void cbj_query_free(IntPtr query);
        [DllImport(Library)] internal static extern int cbj_query_set_since_ms(IntPtr query, long unix_ms);
        [DllImport(Library)] internal static extern int cbj_query_set_until_ms(IntPtr query, long unix_ms);
        [DllImport(Library)] internal static extern int cbj_query_set_job_type(IntPtr query, int job_type);
        [DllImport(Library)] internal static extern int cbj_query_set_object_type(IntPtr query, int object_type);
        [DllImport(Library)] internal static extern int cbj_query_set_state(IntPtr query, int state);
        [DllImport(Library)] internal static extern int cbj_query_set_location(IntPtr query, byte[] location);
        [DllImport(Library)] internal static extern int cbj_query_set_page_size(IntPtr query, uint jobs);
        [DllImport(Library)] internal static extern int cbj_query_set_max_jobs(IntPtr query, uint jobs);
        [DllImport(Library)] internal static extern int cbj_client_list_jobs(IntPtr client, IntPtr query, out IntPtr iter, out IntPtr error);
        [DllImport(Library)] internal static extern int cbj_job_iter_next(IntPtr iter, out IntPtr job, out IntPtr error);
        [DllImport(Library)] internal static extern long cbj_job_iter_total_count(IntPtr iter);
        [DllImport(Library)] internal static extern long cbj_job_iter_missing_count(IntPtr iter);
        [DllImport(Library)] internal static extern int cbj_job_iter_is_complete(IntPtr iter);
        [DllImport(Library)] internal static extern void cbj_job_iter_free(IntPtr iter);
        [DllImport(Library)] internal static extern int cbj_client_summarize_jobs(IntPtr client, IntPtr query, out IntPtr summary, out IntPtr error);
        [DllImport(Library)] internal static extern IntPtr cbj_summary_latest(IntPtr summary);
        [DllImport(Library)] internal static extern IntPtr cbj_summary_latest_ended(IntPtr summary);
        [DllImport(Library)] internal static extern IntPtr cbj_summary_latest_in_state(IntPtr summary, int state);
        [DllImport(Library)] internal static extern long cbj_summary_count(IntPtr summary);
        [DllImport(Library)] internal static extern long cbj_summary_count_in_state(IntPtr summary, int state);
        [DllImport(Library)] internal static extern long cbj_summary_total_count(IntPtr summary);
        [DllImport(Library)] internal static extern long cbj_summary_missing_count(IntPtr summary);
        [DllImport(Library)] internal static extern int cbj_summary_is_complete(IntPtr summary);
        [DllImport(Library)] internal static extern void cbj_summary_free(IntPtr summary);
        [DllImport(Library)] internal static extern int cbj_job_parse(byte[] json, UIntPtr length, out IntPtr job, out IntPtr error);
        [DllImport(Library)] internal static extern void cbj_job_free(IntPtr job);
        [DllImport(Library)] internal static extern IntPtr cbj_job_id(IntPtr job);
        [DllImport(Library)] internal static extern int cbj_job_state(IntPtr job);
        [DllImport(Library)] internal static extern IntPtr cbj_job_state_text(IntPtr job);
        [DllImport(Library)] internal static extern int cbj_state_is_terminal(int state);
        [DllImport(Library)] internal static extern long cbj_job_start_time_ms(IntPtr job);
        [DllImport(Library)] internal static extern long cbj_job_finish_time_ms(IntPtr job);
        [DllImport(Library)] internal static extern IntPtr cbj_job_start_time_text(IntPtr job);
        [DllImport(Library)] internal static extern IntPtr cbj_job_finish_time_text(IntPtr job);
        [DllImport(Library)] internal static extern long cbj_job_elapsed_ms(IntPtr job);
        [DllImport(Library)] internal static extern double cbj_job_duration_hours(IntPtr job);
        [DllImport(Library)] internal static extern IntPtr cbj_job_duration_text(IntPtr job);
        [DllImport(Library)] internal static extern long cbj_job_total_count(IntPtr job);
        [DllImport(Library)] internal static extern long cbj_job_failed_count(IntPtr job);
        [DllImport(Library)] internal static extern long cbj_job_successful_count(IntPtr job);
        [DllImport(Library)] internal static extern long cbj_job_skipped_count(IntPtr job);
        [DllImport(Library)] internal static extern UIntPtr cbj_job_error_count(IntPtr job);
        [DllImport(Library)] internal static extern int cbj_job_has_error_list(IntPtr job);
        [DllImport(Library)] internal static extern IntPtr cbj_job_error_message(IntPtr job, UIntPtr index);
        [DllImport(Library)] internal static extern IntPtr cbj_job_error_url(IntPtr job, UIntPtr index);
        [DllImport(Library)] internal static extern long cbj_job_error_occurrences(IntPtr job, UIntPtr index);
        [DllImport(Library)] internal static extern int cbj_job_error_has_code(IntPtr job, UIntPtr index);
        [DllImport(Library)] internal static extern IntPtr cbj_job_request_id(IntPtr job);
        [DllImport(Library)] internal static extern IntPtr cbj_job_trace_id(IntPtr job);
        [DllImport(Library)] internal static extern long cbj_job_response_time_ms(IntPtr job);
        [DllImport(Library)] internal static extern IntPtr cbj_job_json(IntPtr job);
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

        private static readonly long FirstTime = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
        private static readonly long LastTime = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

        internal static DateTimeOffset? Time(long ms)
        {
            // A DateTimeOffset has the years 1 to 9999 in UTC. A text with an offset may mean a time outside of them.
            bool isKnown = ms >= FirstTime && ms <= LastTime;
            return isKnown ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : (DateTimeOffset?)null;
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

        /// <summary>For functions that have a status and no error.</summary>
        internal static void CheckArgument(int status, string name)
        {
            if (status != 0)
                throw new ArgumentException("it is not allowed: " + Text(cbj_status_name(status)), name);
        }

        /// <summary>For C, which counts milliseconds: any time above 0 is at least one of them.</summary>
        internal static uint Milliseconds(TimeSpan time)
        {
            return (uint)Math.Max(0, Math.Min(Math.Ceiling(time.TotalMilliseconds), uint.MaxValue));
        }
    }

    /// <summary>Freed once, and not while a call uses it: the runtime counts its users.</summary>
    internal sealed class Handle : SafeHandle
    {
        private readonly Action<IntPtr> free;

        internal Handle(IntPtr made, Action<IntPtr> free) : base(IntPtr.Zero, true)
        {
            this.free = free;
            SetHandle(made);
        }

        public override bool IsInvalid
        {
            get { return handle == IntPtr.Zero; }
        }

        protected override bool ReleaseHandle()
        {
            free(handle);
            return true;
        }

        internal T Use<T>(Func<IntPtr, T> call)
        {
            bool isHeld = false;
            try
            {
                DangerousAddRef(ref isHeld);
                return call(handle);
            }
            finally
            {
                if (isHeld)
                    DangerousRelease();
            }
        }
    }

    /// <summary>What there is to know of the library.</summary>
    public static class LoadedLibrary
    {
        public static string Version
        {
            get { return Native.Text(Native.cbj_version()); }
        }

        /// <summary>Whether it was built with a feature, for example "certificate".</summary>
        public static bool HasFeature(string name)
        {
            return Native.cbj_has_feature(Native.TextIn("name", name)) == 1;
        }
    }
}
