using System.Globalization;
using Serverless.Apps;
using Serverless.Devices;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Statistics;
using Serverless.Storage;
using Serverless.Tests.Support;
using Serverless.Updates;

namespace Serverless.Tests.Unit.Storage;

/// <summary>
/// Puts a synthetic population through the very keys that the server stores under, and holds the plan of <c>infra/SCALE.md</c> for a hundred million devices
/// to what comes out: how evenly partitions fill, which of them is the busiest, and where the plan says to split.
/// </summary>
public sealed class PartitionSchemeTests
{
    // Published by Microsoft for a standard storage account; the plan links the pages.
    private const double PartitionTarget = 2_000;
    private const double AccountTarget = 20_000;

    // Assumed by the plan.
    private const double Fleet = 100_000_000;
    private const double Peak = 3;
    private const double Launches = 3;
    private const int Instances = 20;
    private const int Channels = 1_000;

    // Entities of the outcomes table that a device takes from its first offer of a release to its verdict, as the plan adds them up.
    private const double OutcomesOfDevice = 15;

    // A device is exposed once and good or bad once.
    private const double TallyChangesOfDevice = 2;
    private const double SecondsOfTurn = 0.025;

    // Of a release that reaches the fleet within them.
    private const double Days = 12;

    // Enough for a share of a sixteenth to be off by 2 % at most, but once in a thousand runs; the population is always the same.
    private const int Population = 40_000;

    private static readonly AppId App = Words.App("com.example.app");
    private static readonly TallyKey Release = new(App, BundleVersion.Parse("1.4.0"));
    private static readonly DevicePseudonym[] Devices = [.. Enumerable.Range(0, Population).Select(device => DevicePseudonym.Of(App, $"device-{device}", new Pepper(new byte[32])))];
    private static readonly string Plan = File.ReadAllText(Path.Combine(Repository.Root, "infra", "SCALE.md"));

    [Fact]
    public void Devices_of_a_release_spread_evenly_over_its_partitions()
    {
        Assert.InRange(LargestShare(device => OutcomeKeys.Partition(Release, OutcomeKeys.Shard(device))), 1 / 16.0, 1 / 16.0 * 1.05);
        Assert.InRange(LargestShare(device => OutcomeKeys.Partition(Release with { Control = "r1" }, OutcomeKeys.Shard(device))), 1 / 16.0, 1 / 16.0 * 1.05);
        Assert.InRange(LargestShare(device => OverrideKeys.Partition(App, device)), 1 / 16.0, 1 / 16.0 * 1.05);
    }

    [Fact]
    public void Releases_controls_and_apps_share_no_partition()
    {
        TallyKey[] keys = [Release, Release with { Control = "r1" }, Release with { Version = BundleVersion.Parse("1.4.1") }, new(Words.App("com.example.other"), Release.Version)];

        var partitions = keys.SelectMany(key => OutcomeKeys.Shards.Select(shard => OutcomeKeys.Partition(key, shard)));

        Assert.Equal(keys.Length * 16, partitions.Distinct().Count());
    }

    [Fact]
    public void Release_asks_more_of_the_account_than_it_takes_before_it_asks_that_of_a_partition() =>
        Assert.True(LargestShare(device => OutcomeKeys.Partition(Release, OutcomeKeys.Shard(device))) * AccountTarget < PartitionTarget);

    [Fact]
    public void At_the_pace_of_the_plan_neither_the_account_nor_a_partition_of_a_release_is_asked_for_more_than_half_of_its_target()
    {
        var peak = PerSecond(Fleet * OutcomesOfDevice / Days);

        Assert.True(peak <= AccountTarget / 2, $"{peak:N0} entities a second.");
        Assert.True(peak * LargestShare(device => OutcomeKeys.Partition(Release, OutcomeKeys.Shard(device))) <= PartitionTarget / 2);
        RequirePlan($"{peak:N0} entities/s");
    }

    [Fact]
    public void At_the_pace_of_the_plan_writers_of_a_tally_have_time_for_their_turns_and_the_plan_names_the_pace_at_which_they_have_not()
    {
        var share = LargestShare(device => OutcomeKeys.Partition(Release, OutcomeKeys.Shard(device)));

        Assert.True(PerSecond(Fleet * TallyChangesOfDevice / Days) * share <= 1 / SecondsOfTurn);
        RequirePlan($"{OutcomeKeys.Shards.Length / SecondsOfTurn / TallyChangesOfDevice * 86_400 / Peak / 1e6:F1} million devices a day");
    }

    [Fact]
    public void Plan_names_the_days_below_which_a_release_needs_a_second_account() => RequirePlan($"{PerSecond(Fleet * OutcomesOfDevice) / AccountTarget:F1} days");

    [Fact]
    public void Plan_names_how_many_devices_a_day_may_vote_on_a_release_without_having_been_there_before()
    {
        // Whatever the network: the rows of a day and release are one partition, so that old ones are found by one range.
        var today = new DateOnly(2026, 11, 28);
        Assert.Equal(1, LargestShare(device => NetworkKeys.Partition(today, Release)));

        // A read and a write each.
        RequirePlan($"{PartitionTarget / 2 * 86_400 / Peak / 1e6:F1} million");
    }

    [Fact]
    public void Looking_for_changes_takes_next_to_nothing_of_the_partition_of_an_app_and_a_change_what_the_plan_says()
    {
        var options = new SnapshotOptions();

        Assert.True(Instances / options.RefreshAfter.TotalSeconds <= PartitionTarget / 100);
        RequirePlan($"{Instances * Channels / PartitionTarget:F0} s");
        RequirePlan($"stay below {PartitionTarget * options.MaxAge.TotalSeconds:N0}");
    }

    [Fact]
    public void Statistics_of_an_app_stay_far_below_what_their_partitions_take()
    {
        // Each instance's own row of a minute; and of the hour's and of the day's groups each row, read and written.
        var groups = 1 + 3 + UsageFrame.MaxVersions;
        var flushes = Instances / new StatisticsOptions().FlushEvery.TotalSeconds;

        Assert.Equal(3, new[] { TimeStep.Minute, TimeStep.Hour, TimeStep.Day }.Select(step => PeriodKeys.Partition(App, step)).Distinct().Count());
        Assert.True(flushes * 2 * groups <= PartitionTarget / 2, $"{flushes * 2 * groups:N0} entities a second.");
        RequirePlan($"{flushes * 2 * groups:N0} entities/s");
    }

    [Fact]
    public void Plan_names_how_many_reports_one_queue_takes_in_a_day_and_how_many_devices_that_are()
    {
        // A queue has the target of a partition. Three operations of it and two of tables a report.
        var reports = PartitionTarget * 86_400 / Peak;

        RequirePlan($"{reports / 1e6:F1} million reports");
        RequirePlan($"{reports / Launches / 1e6:F1} million");
        RequirePlan($"{PerSecond(reports * (3 + 2)):N0} operations/s");
        RequirePlan($"{PerSecond(Fleet * Launches * 2):N0} entities/s");
    }

    private static double PerSecond(double aDay) => aDay / 86_400 * Peak;

    private static double LargestShare(Func<DevicePseudonym, string> partition) => Devices.CountBy(partition).Max(share => (double)share.Value) / Devices.Length;

    private static void RequirePlan(FormattableString figure) => Assert.Contains(figure.ToString(CultureInfo.InvariantCulture), Plan, StringComparison.Ordinal);
}
