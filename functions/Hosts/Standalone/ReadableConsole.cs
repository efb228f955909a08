using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Serverless.Hosts.Standalone;

/// <summary>Logging for people at a terminal: one line an event, and none for each request.</summary>
internal static class ReadableConsole
{
    // The generic host logs a failed start with its stack; UpdateServer says the same in a sentence.
    private const string GenericHost = "Microsoft.Extensions.Hosting.Internal.Host";

    // Each names the address with its query, and so devices; left out also where somebody wants more of the framework's log.
    private const string RequestLines = "Microsoft.AspNetCore.Hosting.Diagnostics";

    /// <param name="logging">The host's logging.</param>
    /// <param name="isStarted">Whether the host has started: until then its own complaints are left out.</param>
    public static ILoggingBuilder AddReadableConsole(this ILoggingBuilder logging, Func<bool> isStarted) => logging
        .AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
        })
        .AddFilter<ConsoleLoggerProvider>(RequestLines, LogLevel.Warning)
        .AddFilter("Microsoft", LogLevel.Warning)
        .AddFilter(GenericHost, level => isStarted() && level >= LogLevel.Warning)
        .AddFilter("Azure", LogLevel.Warning)
        .AddFilter("Serverless.Hosts", LogLevel.Warning);
}
