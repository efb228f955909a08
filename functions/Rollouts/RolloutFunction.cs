using Microsoft.AspNetCore.Http;
using Serverless.Access;
using Serverless.Apps;
using Serverless.Channels;
using Serverless.Management;
using Serverless.Management.Documents;

namespace Serverless.Rollouts;

/// <summary>A channel's <c>…/ramp</c> and <c>…/rollout</c>, for people. A change names the ETag of the channel.</summary>
internal sealed class RolloutFunction(RolloutAdministration rollouts, ChannelEndpoint channels)
{
    private const string RampRoute = ChannelEndpoint.One + "/ramp";
    private const string RolloutRoute = ChannelEndpoint.One + "/rollout";

    [Function("ManageRamp")]
    [Operation("Show how a channel moves to a new release", typeof(RampSettings), ProblemCode.ChannelNotFound)]
    public Task<IResult> ReadRampAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = RampRoute)] HttpRequest request, string app, string channel, CancellationToken cancellation) =>
        channels.AnswerAsync(request, Scopes.Read, app, channel, (_, _, found) => Task.FromResult(ShowRamp(request, found)), cancellation);

    [Function("ManageRampChange")]
    [Operation("Set how a channel moves to a new release", typeof(RampSettings), ProblemCode.ChannelNotFound, Body = typeof(RampSettings), NeedsMatch = true)]
    public Task<IResult> ChangeRampAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = RampRoute)] HttpRequest request, string app, string channel, CancellationToken cancellation) =>
        channels.AnswerAsync(request, Scopes.Promote, app, channel, (by, id, found) => ChangeRampAsync(request, by, id, found, cancellation), cancellation);

    [Function("ManageRollout")]
    [Operation("Show a channel's rollout", typeof(RolloutDescription), ProblemCode.ChannelNotFound)]
    public Task<IResult> ReadAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = RolloutRoute)] HttpRequest request, string app, string channel, CancellationToken cancellation) =>
        channels.AnswerAsync(request, Scopes.Read, app, channel, (_, id, found) => ShowAsync(request, id, found, cancellation), cancellation);

    [Function("ManageRolloutAct")]
    [Operation(
        "Start a rollout, or decide about the one that runs",
        typeof(RolloutDescription),
        ProblemCode.ChannelNotFound, ProblemCode.ReleaseNotFound, ProblemCode.ReleaseUnverified, ProblemCode.ReleaseWithdrawn, ProblemCode.ReleaseCollected, ProblemCode.NoRamp, ProblemCode.NoRollout, ProblemCode.VersionNotHigher, ProblemCode.ApprovalRequired,
        Body = typeof(RolloutOrder),
        NeedsMatch = true)]
    public Task<IResult> ActAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = RolloutRoute)] HttpRequest request, string app, string channel, CancellationToken cancellation) =>
        channels.AnswerAsync(request, Scopes.Promote, app, channel, (by, id, found) => ActAsync(request, by, id, found, cancellation), cancellation);

    private async Task<IResult> ChangeRampAsync(HttpRequest request, Principal by, AppId app, Channel channel, CancellationToken cancellation)
    {
        if (IfMatch.Read(request) is not { } isKnown)
        {
            return Problem.MissingIfMatch.ToHttp();
        }

        var (problem, settings) = await ManagementBody.ReadAsync(request, ManagementJson.Default.RampSettings, cancellation);
        Ramp? ramp = null;
        problem ??= settings!.Check(out ramp);
        if (problem is not null)
        {
            return problem.ToHttp();
        }

        return await rollouts.SetRampAsync(by, app, channel.Name, ramp, isKnown, cancellation) is { } changed
            ? ShowRamp(request, changed)
            : Problem.ChangedMeanwhile.ToHttp();
    }

    private async Task<IResult> ActAsync(HttpRequest request, Principal by, AppId app, Channel channel, CancellationToken cancellation)
    {
        if (IfMatch.Read(request) is not { } isKnown)
        {
            return Problem.MissingIfMatch.ToHttp();
        }

        var (problem, order) = await ManagementBody.ReadAsync(request, ManagementJson.Default.RolloutOrder, cancellation);
        if (problem is not null)
        {
            return problem.ToHttp();
        }

        (problem, var changed) = await rollouts.ActAsync(by, app, channel.Name, order!, isKnown, cancellation);
        return problem is null ? await ShowAsync(request, app, changed!, cancellation) : problem.ToHttp();
    }

    private async Task<IResult> ShowAsync(HttpRequest request, AppId app, Channel channel, CancellationToken cancellation)
    {
        ChannelEndpoint.Tag(request, channel);
        return Results.Json(await rollouts.DescribeAsync(app, channel, cancellation), ManagementJson.Default.RolloutDescription);
    }

    private static IResult ShowRamp(HttpRequest request, Channel channel)
    {
        ChannelEndpoint.Tag(request, channel);
        return Results.Json(RampSettings.Of(channel), ManagementJson.Default.RampSettings);
    }
}
