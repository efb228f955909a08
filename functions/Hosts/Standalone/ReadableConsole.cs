using Microsoft.Extensions.Logging;

namespace Serverless.Hosts.Standalone;

/// <summary>Logging for people at a terminal: one line an event, and none for each request.</summary>
internal static class ReadableConsole
{
    public static ILoggingBuilder AddReadableConsole(this ILoggingBuilder logging) => logging
        .AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
        })
        .AddFilter("Microsoft", LogLevel.Warning)
        .AddFilter("Azure", LogLevel.Warning)
        .AddFilter("Serverless.Hosts", LogLevel.Warning);
}
