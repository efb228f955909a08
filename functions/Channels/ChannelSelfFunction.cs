using Microsoft.AspNetCore.Http;
using Serverless.Apps;
using Serverless.Devices;
using Serverless.Limits;
using Serverless.Storage;

namespace Serverless.Channels;

/// <summary><c>/api/channel_self</c>: the plugin's <c>channelUrl</c>. POST chooses, PUT asks, GET lists, DELETE takes the choice back.</summary>
internal sealed class ChannelSelfFunction(ChannelSelf channels, DeviceBody body, DeviceNetworks networks, RequestLimits limits)
{
    private const string Route = "api/channel_self";

    [Function("ChannelSet")]
    public Task<IResult> SetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route)] HttpRequest request, CancellationToken cancellation) =>
        AnswerAsync(request, (device, info) => channels.SetAsync(device, info.Channel, cancellation), cancellation);

    [Function("ChannelGet")]
    public Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = Route)] HttpRequest request, CancellationToken cancellation) =>
        AnswerAsync(request, (device, _) => channels.GetAsync(device, cancellation), cancellation);

    [Function("ChannelUnset")]
    public async Task<IResult> UnsetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = Route)] HttpRequest request, CancellationToken cancellation) =>
        // The vendor's server reads the query, the plugin writes a body: both are served.
        request.Query.ContainsKey("device_id")
            ? await AnswerAsync(request, await body.ReadQueryAsync(request), device => channels.UnsetAsync(device, cancellation))
            : await AnswerAsync(request, (device, _) => channels.UnsetAsync(device, cancellation), cancellation);

    [Function("ChannelList")]
    public async Task<IResult> ListAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route)] HttpRequest request)
    {
        var query = request.Query;
        if (!AppId.TryParse(query["app_id"], out var app))
        {
            return RequestFault.MissingApp.ToHttp();
        }

        try
        {
            var listed = await channels.ListAsync(
                await body.AdmitAsync(request, app), networks.Of(request), query["platform"].ToString(), isEmulator: query["is_emulator"] == "true", isProd: query["is_prod"] != "false");
            return Results.Json(listed, WireJson.Default.ListedChannelArray);
        }
        catch (Exception e) when (StorageFault.IsFromStorage(e))
        {
            return Unavailable();
        }
    }

    private async Task<IResult> AnswerAsync(
        HttpRequest request, Func<DeviceRequest, ChannelRequest, Task<ChannelAnswer>> act, CancellationToken cancellation)
    {
        var (fault, device, info) = await body.ReadAsync(request, WireJson.Default.ChannelRequest, cancellation);
        return await AnswerAsync(request, (fault, device), known => act(known, info!));
    }

    private async Task<IResult> AnswerAsync(
        HttpRequest request, (RequestFault? Fault, DeviceRequest? Device) read, Func<DeviceRequest, Task<ChannelAnswer>> act)
    {
        if (read.Fault is { } fault)
        {
            return fault.ToHttp();
        }

        if (limits.ChannelCall(read.Device!, request.Method) is { } wait)
        {
            return TooManyRequests.ForDevice(wait);
        }

        try
        {
            return Results.Json(await act(read.Device!), WireJson.Default.ChannelAnswer);
        }
        catch (Exception e) when (StorageFault.IsFromStorage(e))
        {
            return Unavailable();
        }
    }

    private static IResult Unavailable() =>
        Results.Json(ChannelAnswer.Refuse("temporarily_unavailable", "The server cannot answer right now"), WireJson.Default.ChannelAnswer);
}
