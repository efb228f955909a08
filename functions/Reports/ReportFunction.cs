using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Apps;
using Serverless.Devices;
using Serverless.Devices.Authentication;
using Serverless.Limits;
using Serverless.Storage;

namespace Serverless.Reports;

/// <summary>
/// <c>POST /api/stats</c>: the plugin's <c>statsUrl</c>. One event or an array of them. The plugin reads the status alone: after 429 or 5xx
/// the report comes again, after any other 4xx it is lost. So only what no plugin sends is refused: a body that is no JSON or beyond
/// the limits. An array is answered 200 with a result for each event, also when all are at fault, and a server that cannot take a report
/// in says when it can.
/// </summary>
internal sealed class ReportFunction(ReportIntake intake, DeviceNetworks networks, IDeviceGate gate, RequestLimits limits)
{
    // The plugin queues at most 200 events, and the texts of a web error take at most 13 KB.
    private const int MaxBytes = 4 * 1024 * 1024;
    private const int MaxEvents = 1000;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    [Function("Report")]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/stats")] HttpRequest request, CancellationToken cancellation)
    {
        var (fault, body) = await DeviceBody.ReadAsync(request, MaxBytes, cancellation);
        if (fault is not null)
        {
            return fault.ToHttp();
        }

        try
        {
            using var json = JsonDocument.Parse(body);
            var network = networks.Of(request);
            var admission = new DeviceAdmission(app => gate.JudgeAsync(request, body, app, network));
            return await RunAsync(json.RootElement, network, admission, cancellation);
        }
        catch (JsonException)
        {
            return RequestFault.InvalidJson.ToHttp();
        }
        catch (Exception e) when (StorageFault.IsFromStorage(e))
        {
            return TooManyRequests.ForDevice(RetryAfter);
        }
    }

    private async Task<IResult> RunAsync(JsonElement root, NetworkTag? network, DeviceAdmission admission, CancellationToken cancellation)
    {
        var isArray = root.ValueKind is JsonValueKind.Array;
        if (isArray ? root.GetArrayLength() > MaxEvents : root.ValueKind is not JsonValueKind.Object)
        {
            return RequestFault.InvalidBody.ToHttp();
        }

        DeviceEvent?[] events = isArray ? [.. root.EnumerateArray().Select(Read)] : [Read(root)];
        if (WaitFor(events, network) is { } wait)
        {
            return TooManyRequests.ForDevice(wait);
        }

        var faults = await TakeInAsync(events, network, admission, cancellation);
        return isArray ? ResultsOf(faults) : faults[0]?.ToHttp() ?? Results.Json(new ReportAnswer(), WireJson.Default.ReportAnswer);
    }

    /// <returns>Null when the events may be taken in now; a report is taken in as a whole or not at all.</returns>
    private TimeSpan? WaitFor(IEnumerable<DeviceEvent?> events, NetworkTag? network)
    {
        TimeSpan? wait = null;
        foreach (var (name, count) in events.CountBy(item => item?.AppId ?? ""))
        {
            wait ??= AppId.TryParse(name, out var app) ? limits.Events(network, app, count) : null;
        }

        return wait;
    }

    private Task<IReadOnlyList<RequestFault?>> TakeInAsync(
        IReadOnlyList<DeviceEvent?> events, NetworkTag? network, DeviceAdmission admission, CancellationToken cancellation) =>
        StorageDeadline.BoundAsync(token => intake.RunAsync(events, network, admission, token), cancellation);

    private static IResult ResultsOf(IEnumerable<RequestFault?> faults)
    {
        var results = faults.Select((fault, index) => fault is null
            ? new EventResult(ReportAnswer.Ok, index)
            : new EventResult("error", index, fault.Error, fault.Message));
        return Results.Json(new ReportAnswer { Results = [.. results] }, WireJson.Default.ReportAnswer);
    }

    private static DeviceEvent? Read(JsonElement element)
    {
        try
        {
            return element.ValueKind is JsonValueKind.Object ? element.Deserialize(WireJson.Default.DeviceEvent) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
