using System;
using System.Collections.Generic;

namespace CloudBackupJobs
{
    internal static class Program
    {
        private static void Main(string[] arguments)
        {
            var options = new Dictionary<string, object>
            {
                { "base_url", arguments[0] }, { "access_token", "of-the-options" }, { "location", null }, { "max_retries", 0 },
                { "timeout_ms", 20000 }, { "trust", "bundled" },
            };
            using (var client = new Client(options))
                Console.WriteLine(client.GetJob("FB1").StateText);
            new Client(new Dictionary<string, object> { { "base_url", "http://192.0.2.1" }, { "allow_http", true } }).Dispose();
            var wrong = new Dictionary<string, object>
            {
                { "timeout", 5 }, { "max_retries", -1 }, { "client_secret_file", "/nonexistent/x" }, { "timeout_ms", 0 },
            };
            foreach (var each in wrong)
            {
                try
                {
                    new Client(new[] { each }).Dispose();
                }
                catch (CloudBackupException error)
                {
                    Console.WriteLine(error.StatusName + " " + error.Message);
                }
            }
        }
    }
}
