using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Serverless.Observability;

/// <summary>
/// What of the process is told to a collector, by OpenTelemetry. Nothing is set up unless a collector is named by the standard variables, which say the rest,
/// too: protocol, headers, sampling, how often.
/// </summary>
internal static class TelemetryExport
{
    /// <summary>Of the OpenTelemetry specification, as are the next ones: OTLP exporter configuration.</summary>
    public const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private const string DisabledVariable = "OTEL_SDK_DISABLED";
    private const string ServiceName = "capacitor-updates";

    // They name addresses with their queries, and so devices, app keys and SAS.
    private static readonly string[] NamesAddresses = ["Microsoft.AspNetCore", "System.Net.Http", "Azure"];

    /// <summary>Traces, metrics and logs over OTLP, when an endpoint is configured.</summary>
    /// <param name="builder">The host's.</param>
    /// <param name="more">What only this host can tell.</param>
    /// <exception cref="TelemetrySettingException">The endpoint is no address.</exception>
    public static TBuilder AddOtlpExport<TBuilder>(this TBuilder builder, Action<TracerProviderBuilder>? more = null)
        where TBuilder : IHostApplicationBuilder
    {
        if (IsConfigured(builder.Configuration))
        {
            builder.AddSignals().WithTracing(traces => more?.Invoke(traces)).UseOtlpExporter();
        }

        return builder;
    }

    /// <summary>What every exporter is given.</summary>
    public static IOpenTelemetryBuilder AddSignals(this IHostApplicationBuilder builder)
    {
        foreach (var category in NamesAddresses)
        {
            builder.Logging.AddFilter<OpenTelemetryLoggerProvider>(category, LogLevel.Warning);
        }

        // The variables come last, so that OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES have the last word. Scopes hold paths, and so devices: left out.
        return builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.Clear().AddTelemetrySdk().AddService(ServiceName, serviceVersion: Version()).AddEnvironmentVariableDetector())
            .WithTracing(traces => traces.AddSource(Telemetry.Source))
            .WithMetrics(metrics => metrics.AddMeter(Telemetry.Source, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"))
            .WithLogging(configureBuilder: null, logs =>
            {
                logs.IncludeScopes = false;
                logs.IncludeFormattedMessage = true;
            });
    }

    private static bool IsConfigured(IConfiguration configuration)
    {
        if (string.IsNullOrWhiteSpace(configuration[EndpointVariable]) || (bool.TryParse(configuration[DisabledVariable], out var isDisabled) && isDisabled))
        {
            return false;
        }

        return Uri.TryCreate(configuration[EndpointVariable], UriKind.Absolute, out var endpoint) && (endpoint.Scheme == Uri.UriSchemeHttp || endpoint.Scheme == Uri.UriSchemeHttps)
            ? true
            : throw new TelemetrySettingException($"{EndpointVariable} must be an http or https address, such as http://localhost:4317.");
    }

    private static string? Version() => typeof(TelemetryExport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
}

/// <summary>Telemetry is set up wrongly; the message names the setting.</summary>
internal sealed class TelemetrySettingException(string message) : Exception(message);
