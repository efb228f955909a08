using System.Text.Json;
using Microsoft.Extensions.Logging;
using Serverless.Apps;
using Serverless.Devices;
using Serverless.Observability;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Storage;

namespace Serverless.Errors;

/// <summary>
/// Turns a queue message of errors into groups. As with outcomes, only what comes from devices that were offered the release counts.
/// </summary>
internal sealed partial class ErrorRecorder(EvidenceAttribution attribution, OutcomeStore outcomes, ErrorGroups groups, ILogger<ErrorRecorder> logger)
{
    public async Task RecordAsync(string message, CancellationToken cancellation)
    {
        using var span = Traces.Process(Queues.DeviceErrors, message);
        if (Read(message) is not { } batch)
        {
            LogDropped();
            return;
        }

        var errors = new List<(AppId App, ErrorKind Kind, DevicePseudonym Device, DateTimeOffset At)>();
        var offered = new Dictionary<(AppId, BundleVersion, DevicePseudonym), bool>();
        foreach (var item in batch.Events)
        {
            if (!AppId.TryParse(item.App, out var app) || !DevicePseudonym.TryParse(item.Device, out var device)
                || await attribution.FindVersionAsync(app, device, item.Version, cancellation) is not { } version)
            {
                continue;
            }

            if (!offered.TryGetValue((app, version, device), out var isOffered))
            {
                offered[(app, version, device)] = isOffered = (await outcomes.FindAsync(app, version, device, cancellation)).Offered;
            }

            if (isOffered)
            {
                errors.Add((app, new ErrorKind(version, item.Code, item.Cells, item.Line), device, item.At));
            }
        }

        foreach (var alike in errors.GroupBy(error => (error.App, error.Kind)))
        {
            await groups.RecordAsync(alike.Key.App, alike.Key.Kind, [.. alike.Select(error => (error.Device, error.At))], cancellation);
        }
    }

    private static ErrorBatch? Read(string message)
    {
        try
        {
            return JsonSerializer.Deserialize(message, WireJson.Default.ErrorBatch) is { Events: not null } batch ? batch : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Dropped a queue message that holds no errors.")]
    private partial void LogDropped();
}
