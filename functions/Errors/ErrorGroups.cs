using Azure;
using Azure.Data.Tables;
using Serverless.Apps;
using Serverless.Devices;
using Serverless.Releases;
using Serverless.Storage;

namespace Serverless.Errors;

/// <summary>
/// The errors of releases, like with like. A release has at most <see cref="MaxGroups"/> groups, and one more for what came after: a row beside
/// them counts them, and changes in the transaction that adds one.
/// </summary>
internal sealed class ErrorGroups(TableServiceClient tables, TimeProvider time)
{
    public const int MaxGroups = 200;

    private const int MaxListed = 500;

    // A hundred releases with as many groups as they may have.
    private const int MaxRead = 20_000;

    private const int MaxAttempts = 20;
    private const string Groups = "Groups";
    private const string FirstSeenOn = "FirstSeenOn";

    private readonly TableClient _table = tables.GetTableClient(Tables.ErrorGroups);

    /// <summary>Counts errors of a kind. The same again counts no device twice.</summary>
    public async Task RecordAsync(AppId app, ErrorKind kind, IReadOnlyCollection<(DevicePseudonym Device, DateTimeOffset At)> errors, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var row = await ReadAsync(app, ErrorKeys.Group(kind), cancellation);
            try
            {
                if (row is not null)
                {
                    var group = Add(ErrorRows.Read(row), errors);
                    await _table.UpdateEntityAsync(ErrorRows.Write(app, group, row.ETag), row.ETag, TableUpdateMode.Replace, cancellation);
                    return;
                }

                if (await TryCreateAsync(app, kind, errors, cancellation))
                {
                    return;
                }

                kind = new ErrorKind(kind.Version, ErrorGroup.Other, default, "");
            }
            catch (RequestFailedException e) when (StorageFault.IsConflict(e) && attempt < MaxAttempts)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(5, 10 * attempt)), time, cancellation);
            }
        }
    }

    /// <summary>The groups of a release and a code, or of all, those seen last first: at most 500.</summary>
    /// <returns>Null when all releases together have too many to look through.</returns>
    public async Task<IReadOnlyList<ErrorGroup>?> ListAsync(AppId app, BundleVersion? version, string? code, CancellationToken cancellation)
    {
        var (first, end) = ErrorKeys.Groups(version);
        var partition = ErrorKeys.Partition(app);
        var groups = new List<ErrorGroup>();
        var rows = _table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {first} and RowKey lt {end}"), select: ErrorRows.Shown, cancellationToken: cancellation);
        await foreach (var row in rows)
        {
            if (groups.Count == MaxRead)
            {
                return null;
            }

            groups.Add(ErrorRows.Read(row));
        }

        return [.. groups.Where(group => code is null || group.Kind.Code == code).OrderByDescending(group => group.LastSeenAt).Take(MaxListed)];
    }

    /// <summary>Forgets the groups of a release. Where an error was seen first stays known.</summary>
    public async Task ForgetAsync(AppId app, BundleVersion version, CancellationToken cancellation)
    {
        var (first, end) = ErrorKeys.Groups(version);
        var (partition, count) = (ErrorKeys.Partition(app), ErrorKeys.Count(version));
        await _table.DeleteAllAsync(
            await _table.QueryAsync<TableEntity>(
                TableClient.CreateQueryFilter($"PartitionKey eq {partition} and ((RowKey ge {first} and RowKey lt {end}) or RowKey eq {count})"),
                select: [nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey)],
                cancellationToken: cancellation).ToListAsync(cancellation),
            cancellation);
    }

    /// <returns>False when the release has its most groups.</returns>
    private async Task<bool> TryCreateAsync(
        AppId app, ErrorKind kind, IReadOnlyCollection<(DevicePseudonym Device, DateTimeOffset At)> errors, CancellationToken cancellation)
    {
        var count = await ReadAsync(app, ErrorKeys.Count(kind.Version), cancellation);
        var groups = count?.GetInt32(Groups) ?? 0;
        var isOther = kind.Code == ErrorGroup.Other;
        if (groups >= MaxGroups && !isOther)
        {
            return false;
        }

        var cause = await ReadAsync(app, ErrorKeys.Cause(kind), cancellation);
        var group = Add(ErrorGroup.New(kind, errors.Min(error => error.At)), errors);
        var partition = ErrorKeys.Partition(app);
        var changes = new List<TableTransactionAction>
        {
            new(TableTransactionActionType.Add, ErrorRows.Write(app, group with { RecursFrom = RecursFrom(cause, kind.Version) }, default)),
        };
        if (!isOther)
        {
            var counted = new TableEntity(partition, ErrorKeys.Count(kind.Version)) { [Groups] = groups + 1 };
            changes.Add(count is null
                ? new TableTransactionAction(TableTransactionActionType.Add, counted)
                : new TableTransactionAction(TableTransactionActionType.UpdateReplace, counted, count.ETag));
        }

        if (!isOther && cause is null)
        {
            changes.Add(new TableTransactionAction(
                TableTransactionActionType.Add, new TableEntity(partition, ErrorKeys.Cause(kind)) { [FirstSeenOn] = kind.Version.Value }));
        }

        await _table.SubmitTransactionAsync(changes, cancellation);
        return true;
    }

    private static BundleVersion? RecursFrom(TableEntity? cause, BundleVersion version) =>
        cause is not null && BundleVersion.TryParse(cause.GetString(FirstSeenOn), out var first) && first < version ? first : null;

    private static ErrorGroup Add(ErrorGroup group, IEnumerable<(DevicePseudonym Device, DateTimeOffset At)> errors) =>
        errors.Aggregate(group, (sum, error) => sum.Add(error.Device, error.At));

    private async Task<TableEntity?> ReadAsync(AppId app, string row, CancellationToken cancellation)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(ErrorKeys.Partition(app), row, cancellationToken: cancellation);
        return found.HasValue ? found.Value : null;
    }
}
