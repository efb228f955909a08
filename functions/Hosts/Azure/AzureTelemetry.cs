using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Observability;

namespace Serverless.Hosts.Azure;

/// <summary>
/// Tells Azure Monitor, and a collector where one is configured, what the worker does. The platform tells of the requests themselves: host.json's
/// <c>telemetryMode</c> has it speak OpenTelemetry, too, and hand its traces to the worker.
/// </summary>
internal static class AzureTelemetry
{
    private const string ConnectionVariable = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    private const string ClientIdVariable = "AzureWebJobsStorage:clientId";

    public static FunctionsApplicationBuilder AddTelemetry(this FunctionsApplicationBuilder builder)
    {
        builder.AddOtlpExport();
        if (!string.IsNullOrEmpty(builder.Configuration[ConnectionVariable]))
        {
            builder.AddSignals().UseFunctionsWorkerDefaults().UseAzureMonitorExporter(options => options.Credential = Identity(builder.Configuration));
        }

        return builder;
    }

    // The component takes no key in its connection string for a right: it has local authentication off.
    private static ManagedIdentityCredential Identity(IConfiguration configuration) => new(
        configuration[ClientIdVariable] is { Length: > 0 } client ? ManagedIdentityId.FromUserAssignedClientId(client) : ManagedIdentityId.SystemAssigned);
}
