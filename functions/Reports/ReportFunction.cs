using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Devices;
using Serverless.Storage;

namespace Serverless.Reports;

/// <summary><c>POST /api/stats</c>: the plugin's <c>statsUrl</c>. One event or an array of them.</summary>
internal sealed class ReportFunction(ReportIntake intake)
{
    // The plugin queues at most 200 events; web errors carry up to a few kilobytes each.
    private const int MaxBytes = 2 * 1024 * 1024;
    private const int MaxEvents = 1000;
    private const int RetrySeconds = 30;

    [Function("Report")]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "stats")] HttpRequest request, CancellationToken cancellation)
    {
        if (await DeviceBody.ReadAsync(request, MaxBytes, cancellation) is not { } body)
        {
            return RequestFault.TooLarge.ToHttp();
        }

        try
        {
            using var json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 16 });
            return await RunAsync(json.RootElement, cancellation);
        }
        catch (JsonException)
        {
            return RequestFault.InvalidJson.ToHttp();
        }
        catch (Exception e) when (StorageFault.IsUnavailable(e))
        {
            return new RetryLaterResult(RetrySeconds);
        }
    }

    private async Task<IResult> RunAsync(JsonElement root, CancellationToken cancellation)
    {
        if (root.ValueKind is JsonValueKind.Object)
        {
            var faults = await TakeInAsync([Read(root)], cancellation);
            return faults[0]?.ToHttp() ?? Results.Json(new ReportAnswer(), WireJson.Default.ReportAnswer);
        }

        if (root.ValueKind is not JsonValueKind.Array || root.GetArrayLength() > MaxEvents)
        {
            return RequestFault.InvalidBody.ToHttp();
        }

        var outcomes = await TakeInAsync([.. root.EnumerateArray().Select(Read)], cancellation);
        var results = outcomes.Select((fault, index) => fault is null
            ? new EventResult(ReportAnswer.Ok, index)
            : new EventResult("error", index, fault.Error, fault.Message));
        return Results.Json(new ReportAnswer { Results = [.. results] }, WireJson.Default.ReportAnswer);
    }

    private Task<IReadOnlyList<RequestFault?>> TakeInAsync(IReadOnlyList<DeviceEvent?> events, CancellationToken cancellation) =>
        StorageDeadline.BoundAsync(token => intake.RunAsync(events, token), cancellation);

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
