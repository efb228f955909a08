using Microsoft.Extensions.Logging;

namespace Serverless.Hosts.Standalone.Listeners;

/// <summary>Reports a storage outage when it begins and when it ends, however often the listener tries in between.</summary>
internal sealed partial class Outage(string function, ILogger logger)
{
    private bool _lasting;

    public void Failed(Exception error)
    {
        if (!_lasting)
        {
            _lasting = true;
            LogBegun(error, function);
        }
    }

    public void Succeeded()
    {
        if (_lasting)
        {
            _lasting = false;
            LogEnded(function);
        }
    }

    [LoggerMessage(LogLevel.Error, "Storage does not answer the listener of {Function}; it keeps trying")]
    private partial void LogBegun(Exception error, string function);

    [LoggerMessage(LogLevel.Information, "Storage answers the listener of {Function} again")]
    private partial void LogEnded(string function);
}
