using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Serverless.Audits;
using Serverless.Bundles;
using Serverless.Chaos.Devices;
using Serverless.Ledger;
using Serverless.Outcomes;
using Serverless.Rollbacks;
using Serverless.Storage;
using Serverless.Tests.Support;

namespace Serverless.Chaos.Invariants;

/// <summary>What must hold once nothing is left to do.</summary>
internal sealed class FinalChecks(string storage, StoredState state, Uploads uploads, ChaosFleet fleet, FailureWatch failures, LedgerWatch ledger, Violations violations)
{
    // The release is there by then, and has been withdrawn or followed by another.
    private static readonly string[] OfRepetitions = [RejectionCode.VersionWithdrawn, RejectionCode.VersionNotHigher];

    /// <summary>Uploads that were refused, with their reasons.</summary>
    public Tally Refused { get; } = new();

    public async Task RunAsync(string publicKeyFile, CancellationToken cancellation)
    {
        await ledger.LookAsync();
        await RequireUploadsAsync(cancellation);
        await RequireReleasesAsync(cancellation);
        await RequireIncidentsAsync(cancellation);
        await RequireOutcomesAsync(cancellation);
        await RequireAuditAsync(publicKeyFile, cancellation);
    }

    /// <summary>Each upload became one release, or lies in quarantine with a reason.</summary>
    private async Task RequireUploadsAsync(CancellationToken cancellation)
    {
        var quarantine = new BlobContainerClient(storage, Containers.Quarantine);
        var published = ledger.Of(LedgerKind.ReleasePublished).ToHashSet(StringComparer.Ordinal);
        foreach (var dropped in uploads.All)
        {
            var reason = quarantine.GetBlobClient(QuarantineReason.BlobName(dropped.Blob));
            var refused = await reason.ExistsAsync(cancellation) ? QuarantineReason.Read((await reason.DownloadContentAsync(cancellation)).Value.Content) : null;
            if (refused is not null)
            {
                Refused.Add(refused.Code);
            }

            if (dropped.Kind is UploadKind.Malformed && published.Contains(dropped.Version))
            {
                violations.Add($"{dropped.Version} is no bundle and was published");
            }
            else if (refused is not null && published.Contains(dropped.Version) && !(uploads.IsRepeated(dropped.Version) && OfRepetitions.Contains(refused.Code)))
            {
                violations.Add($"{dropped.Version} was published and refused ({refused.Code})");
            }
            else if (dropped.Kind is not UploadKind.Malformed && refused is { Code: not RejectionCode.VersionWithdrawn and not RejectionCode.VersionNotHigher })
            {
                violations.Add($"{dropped.Version} is sound and was refused: {refused.Code}, {refused.Sentence}");
            }
            else if (refused is null && !published.Contains(dropped.Version))
            {
                violations.Add($"{dropped.Version} was lost: it is neither published nor refused");
            }
        }

        foreach (var stranger in published.Except(uploads.All.Select(dropped => dropped.Version)))
        {
            violations.Add($"{stranger} was published and never dropped");
        }

        if (await state.ListBlobsAsync(Containers.Uploads) is [_, ..] left)
        {
            violations.Add($"{left.Count} uploads still lie in the drop zone, such as {left[0]}");
        }
    }

    /// <summary>Versions and sequences are unique, without gaps, and those of the ledger.</summary>
    private async Task RequireReleasesAsync(CancellationToken cancellation)
    {
        var app = StoredState.Id(ChaosRun.App);
        var releases = await state.Catalog.ReadReleasesAsync(app, cancellation).ToListAsync(cancellation);
        var listed = await state.Catalog.ListReleasesAsync(app, before: null, pageSize: 1000, cancellation).ToListAsync(cancellation);
        var sequences = releases.Select(release => release.Sequence).Order().ToArray();
        if (!sequences.SequenceEqual(Enumerable.Range(1, releases.Count).Select(number => (long)number)))
        {
            violations.Add($"{releases.Count} releases do not have the sequences 1 to {releases.Count}: {string.Join(", ", sequences)}");
        }

        var versions = releases.Select(release => release.Version.Value).Order(StringComparer.Ordinal).ToArray();
        if (!versions.SequenceEqual(ledger.Of(LedgerKind.ReleasePublished).Order(StringComparer.Ordinal)))
        {
            violations.Add("the rows of releases are not those that the ledger tells of");
        }

        if (!versions.SequenceEqual(listed.Select(release => release.Version.Value).Order(StringComparer.Ordinal)))
        {
            violations.Add("the list of releases is not that of their rows");
        }
    }

    /// <summary>A release that was withdrawn has one incident, opened once, that has gone as far as it can without people and devices.</summary>
    private async Task RequireIncidentsAsync(CancellationToken cancellation)
    {
        var app = StoredState.Id(ChaosRun.App);
        var incidents = await state.Catalog.ListIncidentsAsync(app, cancellation);
        foreach (var version in ledger.Of(LedgerKind.ReleaseWithdrawn).Except(incidents.Select(incident => incident.Version.Value)))
        {
            violations.Add($"{version} was withdrawn without an incident");
        }

        foreach (var incident in incidents)
        {
            var version = incident.Version.Value;
            var openings = ledger.Of(LedgerKind.IncidentOpened).Count(subject => subject == version);
            var decisions = incident.Steps.Count(step => step.State is IncidentState.Opened);
            var reopenings = ledger.Of(LedgerKind.IncidentReopened).Count(subject => subject == version);
            if (openings != 1 || decisions != 1 + reopenings)
            {
                violations.Add($"the incident of {version} was opened {openings} times in the ledger, reopened {reopenings} times, and decided {decisions} times in its row");
            }

            if (incident.State is IncidentState.Opened or IncidentState.Verified or IncidentState.Moved or IncidentState.Confirmed)
            {
                violations.Add($"the incident of {version} got stuck: {incident.State}");
            }

            if (incident.Cells.IsEmpty && (await state.Catalog.FindReleaseAsync(app, incident.Version, cancellation))?.WithdrawnBecause is null)
            {
                violations.Add($"the incident of {version} is open and the release is not withdrawn");
            }
        }

        var channel = await state.FindProductionAsync(ChaosRun.App);
        if (channel?.Target is { } target && (await state.Catalog.FindReleaseAsync(app, target, cancellation))?.WithdrawnBecause is not null)
        {
            violations.Add($"the channel still leads to {target}, which was withdrawn");
        }
    }

    /// <summary>Each failure that was answered for is on record once, none is that no device had, and tallies are the sums of their rows.</summary>
    private async Task RequireOutcomesAsync(CancellationToken cancellation)
    {
        var (behind, end) = OutcomeKeys.App(StoredState.Id(ChaosRun.App));
        var rows = await new TableClient(storage, Tables.Outcomes)
            .QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey gt {behind} and PartitionKey lt {end}"), cancellationToken: cancellation)
            .ToListAsync(cancellation);
        foreach (var release in rows.GroupBy(row => row.PartitionKey.Split('|')[1]))
        {
            var outcomes = release.Where(row => row.RowKey != OutcomeKeys.Tally).ToDictionary(row => row.RowKey, OutcomeRows.ReadOutcome);
            var tally = release.Where(row => row.RowKey == OutcomeKeys.Tally).Select(OutcomeRows.ReadTally).Aggregate(ReleaseTally.Zero, (sum, shard) => sum + shard).Total;
            var counted = (outcomes.Values.LongCount(outcome => outcome.Exposed), outcomes.Values.LongCount(outcome => outcome.Verdict is Verdict.Good), outcomes.Values.LongCount(outcome => outcome.Verdict is Verdict.Failed));
            if (counted != (tally.Exposed, tally.Good, tally.Failed))
            {
                violations.Add($"the tally of {release.Key} says {tally.Exposed} exposed, {tally.Good} good, {tally.Failed} failed, and the rows of its devices {counted}");
            }

            foreach (var device in fleet.Devices)
            {
                Require(device, release.Key, outcomes.GetValueOrDefault(OutcomeKeys.Device(failures.PseudonymOf(device))));
            }
        }
    }

    private void Require(ChaosDevice device, string version, DeviceOutcome? outcome)
    {
        if (device.Accepted.ContainsKey((version, false)) && outcome is not { HasFailed: true, Verdict: Verdict.Failed })
        {
            violations.Add($"a server answered for a device's failure on {version}, and {Describe(outcome)}");
        }

        if (device.Accepted.ContainsKey((version, true)) && outcome is not { FilesHaveFailed: true })
        {
            violations.Add($"a server answered for a device's failure to download {version}, and {Describe(outcome)}");
        }

        if (outcome is { HasFailed: true } && !device.Attempted.ContainsKey(version))
        {
            violations.Add($"a device is on record as failed on {version} ({outcome.FailureCode}), and never said so");
        }
    }

    private static string Describe(DeviceOutcome? outcome) =>
        outcome is null ? "there is no row of it" : $"its row says {outcome.Verdict}, failed: {outcome.HasFailed}, by files: {outcome.FilesHaveFailed}";

    /// <summary>Ledger, seals, rows, blobs and signatures, recomputed.</summary>
    private async Task RequireAuditAsync(string publicKeyFile, CancellationToken cancellation)
    {
        var source = new StorageAuditSource(new TableServiceClient(storage), new BlobServiceClient(storage));
        var report = await new Audit(source, AuditKeys.Read(publicKeyFile), tempFolder: "").RunAsync(only: null, cancellation);
        if (!report.Holds)
        {
            violations.Add($"the audit found: {report.Mismatch}");
        }
    }
}
