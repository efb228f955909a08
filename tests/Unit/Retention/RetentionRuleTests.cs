using System.Collections.Immutable;
using CsCheck;
using Serverless.Approvals;
using Serverless.Channels;
using Serverless.Devices;
using Serverless.Releases;
using Serverless.Retention;
using Serverless.Rollbacks;
using Serverless.Rollouts;
using Serverless.Tests.Unit.Releases;
using Serverless.Tests.Unit.Rollouts;

namespace Serverless.Tests.Unit.Retention;

/// <summary>Releases 1.0.0, 1.1.0 … of an app, the oldest of them a hundred days old, one more every day.</summary>
public sealed class RetentionRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly RetentionOptions Options = new() { KeepReleases = 2, KeepTargets = 2, Grace = TimeSpan.FromDays(10) };

    [Fact]
    public void What_nothing_needs_goes_once_it_is_old_and_not_among_the_newest()
    {
        var app = App(count: 20) with { Channels = [Channel("production", target: 19, history: [18, 17, 16, 15])] };

        // 19 and 18 are the newest, 18 and 17 the way back.
        Assert.Equal(Range(0, 17), Going(app));
        Assert.Equal("Channel production leads devices to it.", Why(app, 19));
        Assert.Equal("Channel production may go back to it.", Why(app, 17));
    }

    [Fact]
    public void Young_releases_and_the_newest_stay_without_any_need()
    {
        Assert.Equal(Range(0, 91), Going(App(count: 100)));
        Assert.Equal("It is younger than 10 days.", Why(App(count: 100), 91));
        Assert.Equal("It is one of the newest 2.", Why(App(count: 20), 18));
        Assert.Equal(Range(0, 18), Going(App(count: 20)));
    }

    [Fact]
    public void Ways_back_that_a_recovery_would_object_to_are_not_counted()
    {
        var app = Change(App(count: 20), 17, release => release with { WithdrawnBecause = "It was bad." }) with
        {
            Channels = [Channel("production", target: 19, history: [18, 17, 16, 15])],
        };

        Assert.Equal([.. Range(0, 16), 17], Going(app));
    }

    [Fact]
    public void Floor_of_a_release_leaves_nothing_below_to_go_back_to()
    {
        var app = Change(App(count: 20), 19, release => release with { Notes = new BundleNotes(RollbackFloor: Version(18)) }) with
        {
            Channels = [Channel("production", target: 19, history: [18, 17, 16])],
        };

        Assert.Equal(Range(0, 18), Going(app));
    }

    [Fact]
    public void Release_that_is_not_what_was_signed_is_evidence_and_no_way_back()
    {
        var app = App(count: 20) with
        {
            Channels = [Channel("production", target: 19, history: [18, 17, 16, 15])],
            Incidents = [Incident(17, IncidentState.Opened) with { Kind = IncidentKind.Verification }],
        };

        Assert.Equal(Range(0, 16), Going(app));
        Assert.Equal("The incident of 1.17.0 is not resolved.", Why(app, 17));
    }

    [Fact]
    public void Nothing_goes_while_a_recovery_is_under_way()
    {
        var app = App(count: 20) with { Incidents = [Incident(19, IncidentState.Verified)] };

        Assert.Empty(Going(app));
        Assert.Equal("The recovery from 1.19.0 may go back to it.", Why(app, 0));
    }

    [Fact]
    public void What_was_collected_is_not_judged_again()
    {
        var app = Change(App(count: 20), 0, release => release with { CollectedAt = Now });

        Assert.Equal(Range(1, 18), Going(app));
        Assert.Equal(19, RetentionRule.Judge(app, Options, Now).Length);
    }

    [Fact]
    public void Nothing_that_is_referred_to_is_ever_collected() => Apps().Sample(app =>
    {
        var going = Going(app).ToHashSet();

        // What refers to a release, told without the rule's own words for it.
        foreach (var channel in app.Channels)
        {
            Assert.DoesNotContain(Number(channel.Target), going);
            Assert.DoesNotContain(Number(channel.Rollout?.Candidate), going);
            Assert.All(channel.Detours.Where(detour => detour.From == channel.Target), detour => Assert.DoesNotContain(Number(detour.To), going));

            // A recovery tries one after the other; what it would come to must be there as long as one such release is.
            var fit = channel.History.Where(version => app.Releases.Any(release =>
                release.Version == version && release is { WithdrawnBecause: null, PausedBecause: null, CollectedAt: null }
                && !app.Incidents.Any(incident => incident.Version == version && incident is { Kind: IncidentKind.Verification, State: not IncidentState.Resolved })));
            if (channel is { Rollout: null, Target: { } target } && app.Releases.Any(release => release.Version == target && release.CollectedAt is null))
            {
                Assert.All(fit.Where(version => version != target).Take(Options.KeepTargets), version => Assert.DoesNotContain(Number(version), going));
            }
        }

        Assert.All(app.Pins, pin => Assert.DoesNotContain(Number(pin.Version), going));
        Assert.All(app.Approvals, request => Assert.True(!going.Contains(Number(request.Version)) || request.UsedAt is not null));
        Assert.All(app.Incidents.Where(incident => incident.State is not IncidentState.Resolved), incident =>
            Assert.Empty(incident.Plan.Select(move => Number(move.Target)).Append(Number(incident.Version)).Append(Number(incident.Ordered)).Intersect(going)));
        Assert.True(going.Count == 0 || !app.Incidents.Any(incident => incident is { Kind: IncidentKind.Rollback, State: IncidentState.Opened }));
        Assert.All(going, number => Assert.True(Now - Created(number) >= Options.Grace));
    }, iter: 2_000);

    private static Gen<Holdings> Apps()
    {
        const int Count = 40;
        var number = Gen.Int[0, Count - 1];
        var numbers = number.Array[0, 8];
        var channels =
            from target in number
            from history in numbers
            from candidate in number
            from detour in number
            from kind in Gen.Int[0, 3]
            select Channel("production", target, [.. history.Distinct()]) with
            {
                Rollout = kind is 1 or 3 ? TestRollouts.To($"1.{candidate}.0") : null,
                Detours = kind >= 2 && Cell.TryParse("platform:ios", out var cell) ? [new Detour(cell, Version(target), Version(detour))] : [],
            };
        var incidents =
            from bad in number
            from planned in number
            from ordered in number
            from state in Gen.Enum<IncidentState>()
            from kind in Gen.Enum<IncidentKind>()
            select Incident(bad, state) with
            {
                Kind = kind,
                Plan = [new ChannelMove(Words.Channel("production"), Version(planned))],
                Ordered = Version(ordered),
            };
        return
            from channel in channels.Array[0, 3]
            from pins in numbers
            from incident in incidents.Array[0, 2]
            from approved in numbers
            from withdrawn in numbers
            from paused in numbers
            from collected in numbers
            from isUsed in Gen.Bool
            select new Holdings
            {
                Revision = 1,
                Releases =
                [
                    .. App(Count).Releases.Select((release, place) => release with
                    {
                        WithdrawnBecause = withdrawn.Contains(place) ? "It was bad." : null,
                        PausedBecause = paused.Contains(place) ? "It may be bad." : null,
                        CollectedAt = collected.Contains(place) ? Now : null,
                    }),
                ],
                Channels = [.. channel],
                Pins = [.. pins.Select((pinned, device) => new Pin(Words.Device(device), Version(pinned)))],
                Incidents = [.. incident],
                Approvals = [.. approved.Select(version => Request(version) with { UsedAt = isUsed ? Now : null })],
            };
    }

    private static Holdings App(int count) => new()
    {
        Revision = 1,
        Releases = [.. Enumerable.Range(0, count).Select(number => TestReleases.New($"1.{number}.0") with { Sequence = number + 1, CreatedAt = Created(number) })],
    };

    private static Holdings Change(Holdings app, int number, Func<Release, Release> change) =>
        app with { Releases = app.Releases.SetItem(number, change(app.Releases[number])) };

    private static Channel Channel(string name, int target, int[] history) => Serverless.Channels.Channel.New(Words.Channel(name), 1) with
    {
        Target = Version(target),
        History = [.. history.Select(Version)],
    };

    private static Incident Incident(int bad, IncidentState state) => new() { Version = Version(bad), State = state, Reason = "It was bad.", OpenedAt = Now };

    private static ApprovalRequest Request(int number) => new()
    {
        Channel = Words.Channel("production"),
        Version = Version(number),
        Sha256 = Sha256Digest.Of([]),
        AskedAt = Now,
        Percent = 100,
        Policy = 1,
    };

    private static IEnumerable<int> Going(Holdings app) => RetentionRule.Judge(app, Options, Now).Where(fate => fate.Stays is null).Select(fate => Number(fate.Release.Version)).Order();

    private static string? Why(Holdings app, int number) => RetentionRule.Judge(app, Options, Now).Single(fate => fate.Release.Version == Version(number)).Stays;

    private static IEnumerable<int> Range(int first, int end) => Enumerable.Range(first, end - first);

    private static DateTimeOffset Created(int number) => Now.AddDays(number - 100);

    private static BundleVersion Version(int number) => Words.Version($"1.{number}.0");

    private static int Number(BundleVersion? version) => version is { } known ? int.Parse(known.Value.Split('.')[1], System.Globalization.CultureInfo.InvariantCulture) : -1;
}
