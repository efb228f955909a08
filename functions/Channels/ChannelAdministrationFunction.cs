using Microsoft.AspNetCore.Http;
using Serverless.Apps;
using Serverless.Devices;
using Serverless.Management;

namespace Serverless.Channels;

/// <summary><c>/api/manage/apps/{app}/channels</c>: whom channels serve, for people. A change names the ETag of what it changes.</summary>
internal sealed class ChannelAdministrationFunction(ChannelAdministration channels)
{
    private const string List = ManagementApi.App + "/channels";
    private const string One = List + "/{channel}";
    private const int MaxBytes = 16 * 1024;

    [Function("ManageChannels")]
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = List)] HttpRequest request, string app, CancellationToken cancellation) =>
        ManagementApi.AnswerAsync(async () => AppId.TryParse(app, out var id) && await channels.ExistsAsync(id, cancellation)
            ? Results.Json(new ChannelList([.. (await channels.ListAsync(id, cancellation)).Select(ChannelDescription.Of)]), ManagementJson.Default.ChannelList)
            : Problem.AppNotFound.ToHttp());

    [Function("ManageChannel")]
    public Task<IResult> ReadAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = One)] HttpRequest request, string app, string channel, CancellationToken cancellation) =>
        AnswerAsync(app, channel, (_, _, found) => Task.FromResult(Show(found, request.HttpContext.Response)), cancellation);

    [Function("ManageChannelChange")]
    public Task<IResult> ChangeAsync(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = One)] HttpRequest request, string app, string channel, CancellationToken cancellation) =>
        AnswerAsync(app, channel, (id, name, _) => ChangeAsync(request, id, name, cancellation), cancellation);

    private async Task<IResult> ChangeAsync(HttpRequest request, AppId app, ChannelName name, CancellationToken cancellation)
    {
        if (IfMatch.Read(request) is not { } isKnown)
        {
            return Problem.MissingIfMatch.ToHttp();
        }

        if (await DeviceBody.ReadAsync(request, MaxBytes, cancellation) is not { } body)
        {
            return Problem.BodyTooLarge.ToHttp();
        }

        if (ChannelEdit.Parse(body.Span, out var edit) is { } problem)
        {
            return problem.ToHttp();
        }

        return await channels.ChangeAsync(app, name, edit, isKnown, cancellation) is { } changed
            ? Show(changed, request.HttpContext.Response)
            : Problem.ChangedMeanwhile.ToHttp();
    }

    /// <summary>Answers for a channel that exists.</summary>
    private Task<IResult> AnswerAsync(
        string app, string channel, Func<AppId, ChannelName, Channel, Task<IResult>> answer, CancellationToken cancellation) => ManagementApi.AnswerAsync(async () =>
        {
            if (!AppId.TryParse(app, out var id) || !await channels.ExistsAsync(id, cancellation))
            {
                return Problem.AppNotFound.ToHttp();
            }

            return ChannelName.TryParse(channel, out var name) && await channels.FindAsync(id, name, cancellation) is { } found
                ? await answer(id, name, found)
                : Problem.ChannelNotFound.ToHttp();
        });

    private static IResult Show(Channel channel, HttpResponse response)
    {
        response.Headers.ETag = $"\"{ChannelAdministration.Tag(channel)}\"";
        return Results.Json(ChannelDescription.Of(channel), ManagementJson.Default.ChannelDescription);
    }
}
