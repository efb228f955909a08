using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Serverless.Signing;
using Serverless.Storage;

namespace Serverless.Hosts.Standalone;

/// <summary>Turns what can go wrong at a start into one sentence that says what to do.</summary>
internal static class StartupFault
{
    /// <returns>The sentence, or null for a fault that is a bug and deserves its stack.</returns>
    public static string? Explain(Exception fault) => fault switch
    {
        StartupException or CustodianException => fault.Message,
        OptionsValidationException invalid => string.Join(Environment.NewLine, invalid.Failures),
        IOException { InnerException: AddressInUseException or SocketException } busy =>
            $"{busy.Message.TrimEnd('.')}; end what listens there, or choose another address with --urls http://localhost:7072.",
        FormatException or InvalidOperationException when fault.Message.Contains("connection string", StringComparison.OrdinalIgnoreCase) =>
            "AzureWebJobsStorage is not a storage connection string.",
        _ when StorageFault.IsUnavailable(fault) =>
            "The storage account that AzureWebJobsStorage names does not answer.",
        _ => null,
    };
}
