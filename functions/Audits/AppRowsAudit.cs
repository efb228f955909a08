using System.Collections.Immutable;
using System.Text.Json;
using Azure.Data.Tables;
using Serverless.Ledger;
using Serverless.Rollbacks;
using Serverless.Storage;

namespace Serverless.Audits;

/// <summary>Holds channels, pins, approvals, incidents and what is asked of devices against what the ledger tells.</summary>
internal sealed class AppRowsAudit(IAuditSource source, AuditTally tally)
{
    /// <returns>What is wrong, as a sentence, or null when nothing is.</returns>
    public async Task<string?> FindDefectAsync(string app, LedgerFacts facts, CancellationToken cancellation) =>
        await FindChannelDefectAsync(app, facts, cancellation)
        ?? await FindPinDefectAsync(app, facts, cancellation)
        ?? await FindApprovalDefectAsync(app, facts, cancellation)
        ?? await FindIncidentDefectAsync(app, facts, cancellation)
        ?? await FindAuthenticationDefectAsync(app, facts, cancellation);

    private async Task<string?> FindChannelDefectAsync(string app, LedgerFacts facts, CancellationToken cancellation)
    {
        var told = facts.Channels.ToDictionary(
            channel => CatalogKeys.ChannelPrefix + channel.Key, channel => JsonSerializer.Serialize(channel.Value, PipelineJson.Default.Channel));
        await foreach (var row in source.ReadRowsAsync(app, CatalogKeys.ChannelPrefix, cancellation))
        {
            if (!told.Remove(row.RowKey, out var expected) || !IsDocument(row, expected))
            {
                return $"The row '{row.RowKey}' is not what the ledger's acts on the channel leave.";
            }

            tally.Channels++;
        }

        return told.Keys.Order(StringComparer.Ordinal).FirstOrDefault() is { } missing ? $"The row '{missing}' is missing; the ledger says that the channel was created." : null;
    }

    private async Task<string?> FindPinDefectAsync(string app, LedgerFacts facts, CancellationToken cancellation)
    {
        var told = facts.Pins.ToDictionary(pin => CatalogKeys.PinPrefix + pin.Key, pin => JsonSerializer.Serialize(pin.Value, PipelineJson.Default.Pin));
        await foreach (var row in source.ReadRowsAsync(app, CatalogKeys.PinPrefix, cancellation))
        {
            if (!told.Remove(row.RowKey, out var expected) || !IsDocument(row, expected))
            {
                return $"The row '{row.RowKey}' is not what the ledger's acts on the device leave.";
            }
        }

        return told.Keys.Order(StringComparer.Ordinal).FirstOrDefault() is { } missing ? $"The row '{missing}' is missing; the ledger says that the device is pinned." : null;
    }

    private async Task<string?> FindApprovalDefectAsync(string app, LedgerFacts facts, CancellationToken cancellation)
    {
        var told = facts.Approvals.ToDictionary();
        await foreach (var row in source.ReadRowsAsync(app, CatalogKeys.ApprovalPrefix, cancellation))
        {
            if (AuditRows.Read(row, PipelineJson.Default.ApprovalRequest) is not { } request
                || row.RowKey != CatalogKeys.Approval(request.Channel, request.Version)
                || !told.Remove(request.Subject(), out var approvals)
                || approvals.RowDigest != RowDigest.Of(JsonSerializer.Serialize(request, PipelineJson.Default.ApprovalRequest)).Hex)
            {
                return $"The row '{row.RowKey}' is not what the ledger's acts on the approvals leave.";
            }
        }

        return told.Keys.Order(StringComparer.Ordinal).FirstOrDefault() is { } missing ? $"The approvals of {missing} are missing; the ledger says that they were asked for." : null;
    }

    private async Task<string?> FindIncidentDefectAsync(string app, LedgerFacts facts, CancellationToken cancellation)
    {
        var told = facts.Incidents.ToHashSet(StringComparer.Ordinal);
        await foreach (var row in source.ReadRowsAsync(app, CatalogKeys.IncidentPrefix, cancellation))
        {
            if (AuditRows.Read(row, PipelineJson.Default.Incident) is not { } incident
                || row.RowKey != CatalogKeys.Incident(incident.Version)
                || !told.Remove(incident.Version.Value)
                || !IsTold(incident, JsonSerializer.Serialize(incident, PipelineJson.Default.Incident), facts.Incident(incident.Version))
                || !incident.Moves.SequenceEqual(facts.Rollbacks(incident.Version)))
            {
                return $"The row '{row.RowKey}' is not the incident that the ledger tells of.";
            }
        }

        return told.Order(StringComparer.Ordinal).FirstOrDefault() is { } missing ? $"The incident of {missing} is missing; the ledger says that it was opened." : null;
    }

    private async Task<string?> FindAuthenticationDefectAsync(string app, LedgerFacts facts, CancellationToken cancellation)
    {
        var told = facts.Authentication;
        await foreach (var row in source.ReadRowsAsync(app, CatalogKeys.Authentication, cancellation))
        {
            if (AuditRows.Read(row, PipelineJson.Default.DeviceAuthentication) is not { } asked
                || RowDigest.Of(JsonSerializer.Serialize(asked, PipelineJson.Default.DeviceAuthentication)).Hex != told)
            {
                return $"The row '{row.RowKey}' is not what the ledger says that the app asks of its devices.";
            }

            told = null;
        }

        return told is null ? null : $"The row '{CatalogKeys.Authentication}' is missing; the ledger says what the app asks of its devices.";
    }

    // The digest proves the row whole; the kinds prove that it came there by these steps and no others.
    private static bool IsTold(Incident incident, string document, ImmutableArray<LedgerDocument> entries) =>
        entries is [.., var last] && RowDigest.In(last.Why) == RowDigest.Of(document).Hex
        && entries.Select(entry => entry.Kind).Where(kind => kind != LedgerKind.IncidentChanged)
            .SequenceEqual(incident.Steps.Select((step, index) => IncidentEntries.KindOf(step.State, isFirst: index == 0)));

    private static bool IsDocument(TableEntity row, string expected) =>
        row.TryGetValue(nameof(LedgerRow.Document), out var document) && (document as string) == expected;
}
