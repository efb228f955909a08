using Azure.Data.Tables;
using Serverless.Apps;
using Serverless.Storage;

namespace Serverless.Statistics;

/// <summary>What devices did, period by period. Rows are replaced as a whole and never added to, so whatever is written twice counts once.</summary>
internal sealed class UsageStore(TableServiceClient tables)
{
    private const string Usage = "Usage";
    private const string Before = "Before";

    private readonly TableClient _table = tables.GetTableClient(Tables.Usage);

    /// <param name="app">The app.</param>
    /// <param name="step">The period's length.</param>
    /// <param name="at">The period's beginning.</param>
    /// <param name="shard">Whose row it is: nobody else writes it. Empty for what was rolled up.</param>
    /// <param name="usage">All that the row is to hold.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task PutAsync(AppId app, TimeStep step, DateTimeOffset at, string shard, UsageFrame usage, CancellationToken cancellation) => _table.UpsertEntityAsync(
        new TableEntity(PeriodKeys.Partition(app, step), PeriodKeys.Row(at, shard)) { [Usage] = usage.Bounded().Write() }, TableUpdateMode.Replace, cancellation);

    /// <summary>The periods in which something happened, each with the rows of all shards together.</summary>
    public async Task<SortedDictionary<DateTimeOffset, UsageFrame>> ReadAsync(
        AppId app, TimeStep step, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation)
    {
        var frames = new SortedDictionary<DateTimeOffset, UsageFrame>();
        await foreach (var row in PeriodRows.ReadAsync(_table, PeriodKeys.Partition(app, step), from, to, select: null, cancellation))
        {
            var at = PeriodKeys.At(row.RowKey);
            frames[at] = frames.GetValueOrDefault(at, UsageFrame.Empty).Merge(UsageFrame.Read(row.GetBinary(Usage)));
        }

        return frames;
    }

    /// <summary>The first period with a row, or null.</summary>
    public Task<DateTimeOffset?> FirstAsync(AppId app, TimeStep step, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation) =>
        ListAsync(app, step, from, to, cancellation).FirstOrDefaultAsync(cancellation).AsTask();

    /// <summary>The last period with a row, or null.</summary>
    public Task<DateTimeOffset?> LastAsync(AppId app, TimeStep step, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation) =>
        ListAsync(app, step, from, to, cancellation).LastOrDefaultAsync(cancellation).AsTask();

    /// <summary>The first period of which no row was ever deleted.</summary>
    public async Task<DateTimeOffset> ForgottenBeforeAsync(AppId app, TimeStep step, CancellationToken cancellation)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(PeriodKeys.Forgotten(app), $"{step}", cancellationToken: cancellation);
        return found.HasValue ? found.Value!.GetDateTimeOffset(Before)!.Value : DateTimeOffset.MinValue;
    }

    /// <summary>Deletes what is old, and says so before: from then on nobody takes what is left of it for all of it.</summary>
    public async Task ForgetAsync(AppId app, TimeStep step, DateTimeOffset before, int most, CancellationToken cancellation)
    {
        if (await ForgottenBeforeAsync(app, step, cancellation) < before)
        {
            await _table.UpsertEntityAsync(new TableEntity(PeriodKeys.Forgotten(app), $"{step}") { [Before] = before }, TableUpdateMode.Replace, cancellation);
        }

        await PeriodRows.DeleteAsync(_table, PeriodKeys.Partition(app, step), before, most, cancellation);
    }

    private IAsyncEnumerable<DateTimeOffset?> ListAsync(AppId app, TimeStep step, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation) =>
        PeriodRows.ListAsync(_table, PeriodKeys.Partition(app, step), from, to, cancellation).Select(at => (DateTimeOffset?)at);
}
