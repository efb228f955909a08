using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Serverless.Apps;
using Serverless.Releases;

namespace Serverless.Rollbacks;

/// <summary>
/// Opens the incident of a release that is not what was signed. Its row and its channels stay as they are, as evidence and because a restored
/// document or row ends the matter; until then every proof of the release fails.
/// </summary>
internal sealed partial class VerificationIncidents(ReleaseCatalog catalog, RecoveryQueue queue, TimeProvider time, ILogger<VerificationIncidents> logger) : IDisposable
{
    private static readonly TimeSpan TellAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<(AppId App, BundleVersion Version), Task> _opening = new();
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Opens it unless the release has an incident already.</summary>
    /// <param name="app">The app.</param>
    /// <param name="version">The release.</param>
    /// <param name="defect">What is wrong, as a sentence.</param>
    /// <param name="cancellation">Gives up; an incident that was sent may still be opened.</param>
    public async Task OpenAsync(AppId app, BundleVersion version, string defect, CancellationToken cancellation)
    {
        LogUnverified(app, version, defect);
        if (await catalog.FindIncidentAsync(app, version, cancellation) is not null)
        {
            return;
        }

        // Observers are told by the message's handler, because they may need snapshots, which are made with this. Sent first, so that a crash loses nobody's notice.
        await queue.SendAsync(app, version, TellAfter, cancellation);
        await catalog.ChangeAsync(
            app,
            async (_, token) =>
            {
                if (await catalog.FindIncidentAsync(app, version, token) is not null)
                {
                    return null;
                }

                var now = time.GetUtcNow();
                var incident = new Incident { Version = version, Kind = IncidentKind.Verification, State = IncidentState.Opened, Reason = defect, OpenedAt = now }
                    .Enter(IncidentState.Opened, IncidentActor.Verification, defect, now);
                return new CatalogChange { Incident = incident, Ledger = [IncidentEntries.Entered(incident)] };
            },
            cancellation);
    }

    /// <summary>The same without waiting, tried until it succeeds: once for each release while this instance lives.</summary>
    public void OpenInBackground(AppId app, BundleVersion version, string defect) =>
        _opening.GetOrAdd((app, version), _ => Task.Run(() => KeepOpeningAsync(app, version, defect, _stopping.Token)));

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    // Whatever goes wrong, devices are already kept from the release; the incident is for people, who can wait for storage.
    private async Task KeepOpeningAsync(AppId app, BundleVersion version, string defect, CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                await OpenAsync(app, version, defect, stopping);
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogPostponed(app, version, e);
            }

            await Task.Delay(RetryAfter, time, stopping);
        }
    }

    [LoggerMessage(LogLevel.Error, "Release {Version} of {App} is not what was published: {Defect}")]
    private partial void LogUnverified(AppId app, BundleVersion version, string defect);

    [LoggerMessage(LogLevel.Warning, "The incident of {Version} of {App} could not be opened yet.")]
    private partial void LogPostponed(AppId app, BundleVersion version, Exception fault);
}
