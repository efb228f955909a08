using System.Globalization;

namespace Serverless.Chaos.Servers;

/// <summary>What a process takes up.</summary>
/// <param name="Age">Of the process.</param>
/// <param name="Memory">Resident, in megabytes.</param>
/// <param name="Handles">Open file descriptors.</param>
/// <param name="Threads">Of the system.</param>
internal readonly record struct Vitals(TimeSpan Age, double Memory, double Handles, double Threads)
{
    /// <returns>Null for a process that is gone, or off Linux.</returns>
    public static Vitals? Of(int process, TimeSpan age)
    {
        try
        {
            var status = File.ReadLines($"/proc/{process}/status").Select(line => line.Split(':', 2)).ToDictionary(pair => pair[0], pair => pair[1].Trim());
            return new Vitals(age, Number(status["VmRSS"]) / 1024, Directory.EnumerateFileSystemEntries($"/proc/{process}/fd").Count(), Number(status["Threads"]));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static double Number(string value) => double.Parse(value.Split(' ')[0], CultureInfo.InvariantCulture);
}
