using Microsoft.Extensions.Logging;

namespace Serverless.Tests.Storage.Triggers;

/// <summary>Counts the errors a host logs.</summary>
internal sealed class ErrorSpy : ILoggerProvider, ILogger
{
    private int _errors;

    public int Errors => _errors;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            Interlocked.Increment(ref _errors);
        }
    }

    public void Dispose()
    {
    }
}
