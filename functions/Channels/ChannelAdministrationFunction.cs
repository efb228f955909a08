using Microsoft.AspNetCore.Http;
using Serverless.Access;
using Serverless.Apps;
using Serverless.Management;
using Serverless.Management.Documents;

namespace Serverless.Channels;

/// <summary><c>/api/manage/apps/{app}/channels</c>: whom channels serve, for people. A change names the ETag of what it changes.</summary>
internal sealed class ChannelAdministrationFunction(ManagementApi management, ChannelEndpoint endpoint, ChannelAdministration channels)
{
    [Function("ManageChannels")]
    [Operation("List channels, oldest first", typeof(ChannelList), Query = [Page.LimitParameter, Page.AfterParameter])]
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = ChannelEndpoint.List)] HttpRequest request, string app, CancellationToken cancellation) =>
        management.ListAsync(
            request, app, ManagementJson.Default.ChannelList, isNumbered: true, (id, page) => channels.ListAsync(id, page, cancellation), cancellation);

    [Function("ManageChannel")]
    [Operation("Show a channel", typeof(ChannelDescription), ProblemCode.ChannelNotFound)]
    public Task<IResult> ReadAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = ChannelEndpoint.One)] HttpRequest request, string app, string channel, CancellationToken cancellation) =>
        endpoint.AnswerAsync(request, Scopes.Read, app, channel, (_, _, found) => Task.FromResult(Show(request, found)), cancellation);

    [Function("ManageChannelChange")]
    [Operation(
        "Change whom a channel serves",
        typeof(ChannelDescription),
        ProblemCode.ChannelNotFound,
        Body = typeof(ChannelSettings),
        IsPartial = true,
        NeedsMatch = true)]
    public Task<IResult> ChangeAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = ChannelEndpoint.One)] HttpRequest request, string app, string channel, CancellationToken cancellation) =>
        endpoint.AnswerAsync(request, Scopes.Promote, app, channel, (by, id, found) => ChangeAsync(request, by, id, found, cancellation), cancellation);

    private async Task<IResult> ChangeAsync(HttpRequest request, Principal by, AppId app, Channel channel, CancellationToken cancellation)
    {
        if (IfMatch.Read(request) is not { } isKnown)
        {
            return Problem.MissingIfMatch.ToHttp();
        }

        var (unread, body) = await ManagementBody.ReadAsync(request, cancellation);
        if (unread is not null)
        {
            return unread.ToHttp();
        }

        if (ChannelEdit.Parse(body.Span, out var edit) is { } problem)
        {
            return problem.ToHttp();
        }

        if (!by.May(Scopes.Admin, app.Value) && await channels.EvadesApprovalsAsync(app, channel, edit, cancellation))
        {
            return Problem.Forbidden.ToHttp();
        }

        return await channels.ChangeAsync(by, app, channel.Name, edit, isKnown, cancellation) is { } changed
            ? Show(request, changed)
            : Problem.ChangedMeanwhile.ToHttp();
    }

    private static IResult Show(HttpRequest request, Channel channel)
    {
        ChannelEndpoint.Tag(request, channel);
        return Results.Json(ChannelDescription.Of(channel), ManagementJson.Default.ChannelDescription);
    }
}
