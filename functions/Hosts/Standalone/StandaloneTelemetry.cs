using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using OpenTelemetry.Instrumentation.AspNetCore;
using OpenTelemetry.Trace;
using Serverless.Observability;

namespace Serverless.Hosts.Standalone;

/// <summary>Adds Kestrel's requests to what is told to a collector.</summary>
internal static class StandaloneTelemetry
{
    public static WebApplicationBuilder AddTelemetry(this WebApplicationBuilder builder) =>
        builder.AddOtlpExport(traces => traces.AddAspNetCoreInstrumentation(Configure));

    // The route stays, the path goes: it may hold a device's id, and a query an app's key. Looks at the health are no requests of anybody.
    private static void Configure(AspNetCoreTraceInstrumentationOptions options)
    {
        options.Filter = context => !context.Request.Path.StartsWithSegments("/api/health");
        options.EnrichWithHttpRequest = (span, _) => LeaveOutAddress(span);
        options.EnrichWithHttpResponse = (span, _) => LeaveOutAddress(span);
        options.RecordException = false;
    }

    private static void LeaveOutAddress(Activity span) => span.SetTag("url.path", null).SetTag("url.query", null);
}
