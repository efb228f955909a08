using Serverless.Access;
using Serverless.Apps;
using Serverless.Management;
using Serverless.Releases;

namespace Serverless.Rollbacks;

/// <summary>Withdraws a release because somebody says so, as a decision of the policy would: through an incident, which is opened where there is none.</summary>
internal sealed class OrderedWithdrawal(ReleaseCatalog catalog, IncidentAdministration incidents, IncidentOpening opening, RecoveryPlanning planning)
{
    /// <param name="by">Whose decision it is.</param>
    /// <param name="app">The app.</param>
    /// <param name="version">The release.</param>
    /// <param name="order">Why, where to, and whether it is tried only.</param>
    /// <param name="isKnown">Whether a tag is the one the caller has read.</param>
    /// <param name="cancellation">Gives up; what was committed stays.</param>
    /// <returns>What speaks against it, or what it did.</returns>
    public async Task<(Problem? Problem, ReleaseActDescription? Act)> RunAsync(
        Principal by, AppId app, BundleVersion version, ReleaseOrder order, Predicate<string> isKnown, CancellationToken cancellation)
    {
        if (await catalog.FindReleaseAsync(app, version, cancellation) is not { } release)
        {
            return (Problem.ReleaseNotFound, null);
        }

        if (release.WithdrawnBecause is not null)
        {
            return (Problem.ReleaseWithdrawn, null);
        }

        var rollback = new IncidentOrder(IncidentAction.Rollback, order.Reason ?? "", order.To);
        var (problem, incident) = order.DryRun
            ? await RehearseAsync(app, release, rollback, cancellation)
            : await incidents.WithdrawAsync(by, app, version, rollback, isKnown, cancellation);
        return problem is not null ? (problem, null) : (null, Describe(incident!, order.DryRun));
    }

    /// <returns>The incident as it would be with the channels moved.</returns>
    private async Task<(Problem? Problem, Incident? Incident)> RehearseAsync(AppId app, Release release, IncidentOrder order, CancellationToken cancellation)
    {
        var (problem, to) = await incidents.CheckAsync(app, release.Version, order, cancellation);
        if (problem is not null)
        {
            return (problem, null);
        }

        var incident = await opening.NewAsync(app, release.Version, order.Reason, cancellation) with { Ordered = to };
        var (plan, stranded, notes) = await planning.RehearseAsync(app, release, incident, cancellation);
        return (null, incident with
        {
            Moves = plan,
            Stranded = stranded,
            Steps = [.. notes.Select(note => new IncidentStep(IncidentState.Verified, incident.OpenedAt, IncidentActor.Recovery, note))],
        });
    }

    private static ReleaseActDescription Describe(Incident incident, bool isDryRun) => new(
        incident.Version.Value,
        isDryRun,
        [.. incident.Moves.Select(move => new DescribedChange(move.Channel.Value, move.Kind, incident.Version.Value, move.TargetName, move.Cell?.ToString()))],
        [.. incident.Stranded.Select(channel => channel.Value)],
        [.. incident.Steps.Select(step => step.Note)]);
}
