using Azure;
using Azure.Data.Tables;

namespace Serverless.Outcomes;

/// <summary>Maps outcomes and tallies to table rows and back.</summary>
internal static class OutcomeRows
{
    public static TableEntity Write(string partition, string row, DeviceOutcome outcome, ETag etag) => new(partition, row)
    {
        [nameof(DeviceOutcome.OfferedAt)] = outcome.OfferedAt,
        [nameof(DeviceOutcome.Exposed)] = outcome.Exposed,
        [nameof(DeviceOutcome.Verdict)] = outcome.Verdict.ToString(),
        [nameof(DeviceOutcome.HasFailed)] = outcome.HasFailed,
        [nameof(DeviceOutcome.FilesHaveFailed)] = outcome.FilesHaveFailed,
        [nameof(DeviceOutcome.FailureCode)] = outcome.FailureCode,
        [nameof(DeviceOutcome.FirstRanAt)] = outcome.FirstRanAt,
        ETag = etag,
    };

    public static DeviceOutcome ReadOutcome(TableEntity row) => new()
    {
        OfferedAt = row.GetDateTimeOffset(nameof(DeviceOutcome.OfferedAt)),
        Exposed = row.GetBoolean(nameof(DeviceOutcome.Exposed)) ?? false,
        Verdict = Enum.Parse<Verdict>(row.GetString(nameof(DeviceOutcome.Verdict))),
        HasFailed = row.GetBoolean(nameof(DeviceOutcome.HasFailed)) ?? false,
        FilesHaveFailed = row.GetBoolean(nameof(DeviceOutcome.FilesHaveFailed)) ?? false,
        FailureCode = row.GetString(nameof(DeviceOutcome.FailureCode)),
        FirstRanAt = row.GetDateTimeOffset(nameof(DeviceOutcome.FirstRanAt)),
    };

    public static TableEntity Write(string partition, string row, OutcomeTally tally, ETag etag) => new(partition, row)
    {
        [nameof(OutcomeTally.Exposed)] = tally.Exposed,
        [nameof(OutcomeTally.Good)] = tally.Good,
        [nameof(OutcomeTally.Failed)] = tally.Failed,
        [nameof(OutcomeTally.Discarded)] = tally.Discarded,
        ETag = etag,
    };

    public static OutcomeTally ReadTally(TableEntity row) => new(
        row.GetInt64(nameof(OutcomeTally.Exposed)) ?? 0,
        row.GetInt64(nameof(OutcomeTally.Good)) ?? 0,
        row.GetInt64(nameof(OutcomeTally.Failed)) ?? 0,
        row.GetInt64(nameof(OutcomeTally.Discarded)) ?? 0);
}
