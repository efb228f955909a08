using Microsoft.AspNetCore.Http;
using Serverless.Access;
using Serverless.Apps;
using Serverless.Management;

namespace Serverless.Channels;

/// <summary>What the management calls about one channel share.</summary>
internal sealed class ChannelEndpoint(ManagementApi management, ChannelAdministration channels)
{
    public const string List = ManagementApi.App + "/channels";
    public const string One = List + "/{channel}";

    /// <summary>Answers for a channel that exists.</summary>
    public Task<IResult> AnswerAsync(
        HttpRequest request, Scopes scope, string app, string channel, Func<Principal, AppId, Channel, Task<IResult>> answer, CancellationToken cancellation) =>
        management.AnswerAsync(
            request,
            scope,
            app,
            async (by, id) => ChannelName.TryParse(channel, out var name) && await channels.FindAsync(id, name, cancellation) is { } found
                ? await answer(by, id, found)
                : Problem.ChannelNotFound.ToHttp(),
            cancellation);

    /// <summary>Says which channel an answer is about: its next change names this ETag.</summary>
    public static void Tag(HttpRequest request, Channel channel) =>
        request.HttpContext.Response.Headers.ETag = $"\"{ChannelAdministration.Tag(channel)}\"";
}
