using Microsoft.AspNetCore.Http;
using Serverless.Apps;
using Serverless.Management;

namespace Serverless.Channels;

/// <summary>What the management calls about one channel share.</summary>
internal static class ChannelEndpoint
{
    public const string List = ManagementApi.App + "/channels";
    public const string One = List + "/{channel}";

    /// <summary>Answers for a channel that exists.</summary>
    public static Task<IResult> AnswerAsync(
        this ChannelAdministration channels, string app, string channel, Func<AppId, Channel, Task<IResult>> answer, CancellationToken cancellation) => ManagementApi.AnswerAsync(async () =>
        {
            if (!AppId.TryParse(app, out var id) || !await channels.ExistsAsync(id, cancellation))
            {
                return Problem.AppNotFound.ToHttp();
            }

            return ChannelName.TryParse(channel, out var name) && await channels.FindAsync(id, name, cancellation) is { } found
                ? await answer(id, found)
                : Problem.ChannelNotFound.ToHttp();
        });

    /// <summary>Says which channel an answer is about: its next change names this ETag.</summary>
    public static void Tag(this HttpRequest request, Channel channel) =>
        request.HttpContext.Response.Headers.ETag = $"\"{ChannelAdministration.Tag(channel)}\"";
}
