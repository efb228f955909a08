using Microsoft.Extensions.Logging;

namespace Serverless.Tests.Support.Logs;

/// <summary>Everything that servers of this test run log, in processes of their own or in this one, in a file that is deleted with the run.</summary>
public static class RunLog
{
    private static readonly Lock Gate = new();
    private static readonly string Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"serverless-log-{Environment.ProcessId}.txt");

    private static StreamWriter? _writer;

    public static void Write(string text)
    {
        lock (Gate)
        {
            (_writer ??= new StreamWriter(Path, append: false)).WriteLine(text);
        }
    }

    /// <summary>The lines so far; ends the log.</summary>
    public static IReadOnlyList<string> Take()
    {
        lock (Gate)
        {
            _writer?.Dispose();
            _writer = null;
            var lines = File.Exists(Path) ? File.ReadAllLines(Path) : [];
            File.Delete(Path);
            return lines;
        }
    }

    /// <summary>For servers in this process: everything, however fine its level, but for the framework's line for each request, which the host leaves out as well.</summary>
    public static ILoggingBuilder AddRunLog(this ILoggingBuilder logging) => logging
        .SetMinimumLevel(LogLevel.Trace)
        .AddProvider(new Provider())
        .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);

    private sealed class Provider : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => new Logger(categoryName);

        public void Dispose()
        {
        }
    }

    private sealed class Logger(string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Write($"{category} {formatter(state, exception)} {exception}");
    }
}
