using Serverless.Chaos;
using Serverless.Chaos.Acts;

namespace Serverless.Tests.EndToEnd;

/// <summary>The short form of what <c>tests/Chaos/run.sh</c> does for an hour, by a seed whose schedule has nearly all acts in it.</summary>
public sealed class ChaosTests(ITestOutputHelper output)
{
    private static readonly ChaosOptions Short = new()
    {
        Seed = 120917,
        Length = TimeSpan.FromSeconds(24),
        Devices = 12,
        Turn = TimeSpan.FromSeconds(3),
        Upload = TimeSpan.FromSeconds(7),
        Gap = TimeSpan.FromSeconds(3),
        LongestAct = TimeSpan.FromSeconds(5),
        Patience = TimeSpan.FromMinutes(3),
    };

    [Fact]
    public async Task Two_servers_keep_what_they_answered_for_through_kills_and_faults()
    {
        var report = await ChaosRun.RunAsync(Short, output.WriteLine, TestContext.Current.CancellationToken);

        output.WriteLine(report.ToMarkdown());
        Assert.True(report.Violations is [], $"By the seed {report.Seed}: {string.Join("; ", report.Violations)}");
    }

    [Fact]
    public void Same_seed_gives_the_same_schedule()
    {
        var (first, second, another) = (Schedule.Draw(Short), Schedule.Draw(Short), Schedule.Draw(Short with { Seed = 2 }));

        Assert.Equal(first.Acts, second.Acts);
        Assert.Equal(first.Uploads, second.Uploads);
        Assert.NotEqual(first.Acts, another.Acts);
    }
}
