using System;
using System.Threading.Tasks;

namespace CloudBackupJobs
{
    internal static class Program
    {
        private static void Main()
        {
            var client = new Client();
            var called = new[] { Task.Run(() => client.GetJob("FB1")), Task.Run(() => client.GetJob("FB1")) };
            // The calls are inside of the library when the test has written a line.
            Console.In.Read();
            client.Dispose();
            client.Dispose();
            Console.WriteLine(called[0].Result.Id + " " + called[1].Result.Id);
            try
            {
                client.GetJob("FB1");
            }
            catch (ObjectDisposedException)
            {
                Console.WriteLine("closed");
            }
        }
    }
}
