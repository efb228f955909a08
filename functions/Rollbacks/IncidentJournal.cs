using System.Collections.Immutable;
using Serverless.Approvals;
using Serverless.Apps;
using Serverless.Channels;
using Serverless.Ledger;
using Serverless.Releases;

namespace Serverless.Rollbacks;

/// <summary>What a step changes beside the incident's own row.</summary>
/// <param name="Incident">As the step leaves it.</param>
/// <param name="Entry">What the ledger says of the step.</param>
internal sealed record IncidentChange(Incident Incident, LedgerEntry Entry)
{
    public ImmutableArray<Release> Releases { get; init; } = [];

    public ImmutableArray<Channel> Channels { get; init; } = [];

    /// <summary>By which channels go forward.</summary>
    public ImmutableArray<ApprovalRequest> Approvals { get; init; } = [];

    /// <summary>Of the acts that the step consists of, in their order; they stand before <see cref="Entry"/>.</summary>
    public ImmutableArray<LedgerEntry> Acts { get; init; } = [];

    /// <summary>A step into the incident's state.</summary>
    public static IncidentChange Of(Incident entered) => new(entered, IncidentEntries.Entered(entered));
}

/// <summary>Writes an incident's steps, each one transaction with its acts and ledger rows, and tells of them when asked to: devices come before people.</summary>
internal sealed class IncidentJournal(ReleaseCatalog catalog, IEnumerable<IIncidentObserver> observers)
{
    /// <summary>Decides on a step from the incident as it is now, and commits it; decides again after a conflict.</summary>
    /// <param name="app">The app.</param>
    /// <param name="version">The release that the incident is about.</param>
    /// <param name="decide">Gets the incident, or null when there is none; makes the change, or null for none.</param>
    /// <param name="cancellation">Gives up between attempts.</param>
    /// <returns>The incident after the change, or null when there was none.</returns>
    public async Task<Incident?> ChangeAsync(
        AppId app, BundleVersion version, Func<Incident?, CancellationToken, Task<IncidentChange?>> decide, CancellationToken cancellation)
    {
        Incident? changed = null;
        var isCommitted = await catalog.ChangeAsync(
            app,
            async (_, token) =>
            {
                if (await decide(await catalog.FindIncidentAsync(app, version, token), token) is not { } change)
                {
                    return null;
                }

                changed = change.Incident;
                return new CatalogChange
                {
                    Incident = change.Incident,
                    Releases = change.Releases,
                    Channels = change.Channels,
                    Approvals = change.Approvals,
                    Ledger = [.. change.Acts, change.Entry],
                };
            },
            cancellation);
        return isCommitted ? changed : null;
    }

    /// <summary>Brings an incident from one state to the next, unless somebody has brought it elsewhere meanwhile.</summary>
    public Task<Incident?> EnterAsync(
        AppId app, Incident from, IncidentState state, string note, DateTimeOffset at, CancellationToken cancellation) => ChangeAsync(
        app,
        from.Version,
        (current, _) => Task.FromResult(current is not null && current.State == from.State && current.Since == from.Since
            ? IncidentChange.Of(current.Enter(state, IncidentActor.Recovery, note, at))
            : null),
        cancellation);

    /// <summary>Tells every observer how an incident stands. What fails is told again when the incident's message comes back.</summary>
    public async Task TellAsync(AppId app, Incident incident, CancellationToken cancellation)
    {
        foreach (var observer in observers)
        {
            await observer.ChangedAsync(app, incident, cancellation);
        }
    }
}
