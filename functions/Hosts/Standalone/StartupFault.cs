using System.Net.Sockets;
using Azure;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Serverless.Observability;
using Serverless.Signing;
using Serverless.Storage;

namespace Serverless.Hosts.Standalone;

/// <summary>Turns what can go wrong at a start into one sentence that says what to do.</summary>
internal static class StartupFault
{
    /// <returns>The sentence, or null for a fault that is a bug and deserves its stack.</returns>
    public static string? Explain(Exception fault) => fault switch
    {
        StartupException or CustodianException or StorageSettingException or TelemetrySettingException => fault.Message,
        OptionsValidationException invalid => SettingFault.Explain(invalid),
        InvalidOperationException broken when SettingFault.Explain(broken) is { } sentence => sentence,
        IOException { InnerException: AddressInUseException or SocketException } busy =>
            $"{busy.Message.TrimEnd('.')}; end what listens there, or choose another address with --urls http://localhost:7072.",
        OperationCanceledException => "Cancelled.",
        UnauthorizedAccessException or IOException => fault.Message,
        RequestFailedException { Status: 401 or 403 } => "The storage account that AzureWebJobsStorage names refuses access.",
        _ when StorageFault.IsUnavailable(fault) => "The storage account that AzureWebJobsStorage names does not answer.",
        _ => null,
    };
}
