using Microsoft.AspNetCore.Http;
using Serverless.Ledger;
using Serverless.Management;
using Serverless.Releases;
using Serverless.Rollbacks;
using Serverless.Tests.Support;

namespace Serverless.Tests.Storage.Releases;

/// <summary>Releases as people see them, and what they do with them.</summary>
public sealed class ReleaseAdministrationTests(AzuriteFixture azurite, KeyFolder keys) : TwoReleasesTest(azurite, keys)
{
    private ReleaseAdministration Releases => Pipeline.Get<ReleaseAdministration>();

    [Fact]
    public async Task Pages_hold_every_release_once_newest_first()
    {
        foreach (var version in new[] { "1.2.0", "1.3.0", "1.4.0" })
        {
            await PublishAsync(version);
        }

        await Pipeline.WithdrawAsync(App, "1.3.0");
        var pages = new List<ReleaseList>();
        for (var query = "?limit=2"; ; query = $"?limit=2&after={pages[^1].Next}")
        {
            Assert.Null(Page.ReadNumbered(new DefaultHttpContext { Request = { QueryString = new QueryString(query) } }.Request, out var page));
            pages.Add(await Releases.ListAsync(App, page, Cancellation));
            if (pages[^1].Next is null)
            {
                break;
            }
        }

        Assert.Equal(["1.4.0 1.3.0", "1.2.0 1.1.0", "1.0.0"], pages.Select(page => string.Join(' ', page.Releases.Select(release => release.Version))));
        Assert.Equal(
            [ReleaseState.Offered, ReleaseState.Withdrawn, ReleaseState.Offered, ReleaseState.Offered, ReleaseState.Offered],
            pages.SelectMany(page => page.Releases).Select(release => release.State));
        Assert.Equal(("production", MoveKind.Pointer), Assert.Single(pages[0].Releases[0].Channels) is var leading ? (leading.Channel, leading.By) : default);
    }

    [Fact]
    public async Task Release_tells_what_it_is_and_what_would_decide_against_it()
    {
        var (release, _) = (await Releases.FindAsync(App, BundleVersion.Parse(Version), Cancellation))!.Value;

        var stored = await FindAsync(Version);
        Assert.Equal((stored.Zip.Sha256.Hex, stored.Zip.Size, 2, "0.9.0"), (release.Sha256, release.Size, release.Sequence, release.Notes.MinNative));
        Assert.Equal(stored.SignedForms[0].KeyId, Assert.Single(release.Forms).KeyId);
        Assert.Equal(new LeadingChannel("production", MoveKind.Pointer), Assert.Single(release.Channels));

        // Without a history 5 % are assumed: all of the fewest devices, and never fewer of more.
        Assert.Equal((3, 3), (release.Evidence.Boundary[0].Devices, release.Evidence.Boundary[0].Failed));
        Assert.Equal(release.Evidence.Boundary.Select(point => point.Failed).Order(), release.Evidence.Boundary.Select(point => point.Failed));
        Assert.Null(await Releases.FindAsync(App, BundleVersion.Parse("9.9.9"), Cancellation));
    }

    [Fact]
    public async Task Promotion_is_shown_first_and_done_only_as_it_was_shown()
    {
        await PublishAsync("1.2.0");
        await Pipeline.IntakeAsync($"{App}/beta/1.0.0.zip", Bundle("1.0.0"));
        var order = new ReleaseOrder(ReleaseAction.Promote, "beta");
        var tag = await TagAsync(Version);

        var (_, shown) = await PromoteAsync(order with { DryRun = true }, _ => true);
        var before = await TagAsync(Version);
        var (_, done) = await PromoteAsync(order, known => known == tag);
        var (late, _) = await PromoteAsync(order with { Channel = "production", AllowDowngrade = true }, known => known == tag);

        Assert.Equal(tag, before);
        Assert.Equal(new DescribedChange("beta", MoveKind.Pointer, "1.0.0", Version), Assert.Single(shown!.Changes));
        Assert.Equal((true, false), (shown.DryRun, done!.DryRun));
        Assert.Equal(shown.Changes, done.Changes);
        Assert.Equal(Problem.ChangedMeanwhile, late);
        Assert.Equal(
            [LedgerKind.ReleasePromoted, LedgerKind.ChannelMoved], (await Catalog.VerifyAsync(App)).Where(entry => entry.Actor == "token:operator").Select(entry => entry.Kind));
        Assert.Empty((await PromoteAsync(order, _ => false)).Act!.Changes);
    }

    [Theory]
    [InlineData("production", "1.0.0", ProblemCode.VersionNotHigher)]
    [InlineData("nowhere", Version, ProblemCode.ChannelNotFound)]
    [InlineData("bad!name", Version, ProblemCode.InvalidMember)]
    [InlineData("production", "9.9.9", ProblemCode.ReleaseNotFound)]
    public async Task Promotion_that_makes_no_sense_is_refused(string channel, string version, string code) =>
        Assert.Equal(code, (await PromoteAsync(new ReleaseOrder(ReleaseAction.Promote, channel), _ => true, version)).Problem?.Code);

    [Fact]
    public async Task Withdrawal_is_shown_with_the_proven_target_and_changes_nothing_before_it_is_ordered()
    {
        await PublishAsync("1.2.0");
        await PublishAsync("1.3.0");
        await Pipeline.WithdrawAsync(App, "1.3.0");
        var order = new ReleaseOrder(ReleaseAction.Withdraw, Reason: "It eats batteries.");

        var (_, shown) = await WithdrawAsync("1.2.0", order with { DryRun = true }, _ => true);
        var (target, incident) = (await TargetAsync(), await Catalog.FindIncidentAsync(App, BundleVersion.Parse("1.2.0"), Cancellation));
        var (stale, _) = await WithdrawAsync("1.2.0", order, _ => false);
        var tag = await TagAsync("1.2.0");
        var (_, done) = await WithdrawAsync("1.2.0", order, known => known == tag);

        Assert.Equal(new DescribedChange("production", MoveKind.Pointer, "1.2.0", Version), Assert.Single(shown!.Changes));
        Assert.Contains($"{Version}: bytes hashed again, signatures opened.", shown.Notes);
        Assert.Equal(("1.2.0", null), (target, incident));
        Assert.Equal(Problem.ChangedMeanwhile, stale);
        Assert.Equal(shown.Changes, done!.Changes);
        Assert.Equal((Version, "It eats batteries."), (await TargetAsync(), (await FindAsync("1.2.0")).WithdrawnBecause));
        Assert.Equal(Problem.ReleaseWithdrawn, (await WithdrawAsync("1.2.0", order, _ => true)).Problem);
        await Catalog.VerifyAsync(App);
    }

    [Fact]
    public async Task Withdrawal_needs_a_reason_and_a_release() => Assert.Equal(
        [ProblemCode.InvalidMember, ProblemCode.ReleaseNotFound],
        [
            (await WithdrawAsync(Version, new ReleaseOrder(ReleaseAction.Withdraw), _ => true)).Problem?.Code,
            (await WithdrawAsync("9.9.9", new ReleaseOrder(ReleaseAction.Withdraw, Reason: "Why not."), _ => true)).Problem?.Code,
        ]);

    private Task<(Problem? Problem, ReleaseActDescription? Act)> PromoteAsync(ReleaseOrder order, Predicate<string> isKnown, string version = Version) =>
        Pipeline.Get<ReleasePromotion>().RunAsync(TestPrincipal.Operator, App, BundleVersion.Parse(version), order, isKnown, Cancellation);

    private Task<(Problem? Problem, ReleaseActDescription? Act)> WithdrawAsync(string version, ReleaseOrder order, Predicate<string> isKnown) =>
        Pipeline.Get<OrderedWithdrawal>().RunAsync(TestPrincipal.Operator, App, BundleVersion.Parse(version), order, isKnown, Cancellation);

    private async Task<string> TagAsync(string version) => (await Releases.FindAsync(App, BundleVersion.Parse(version), Cancellation))!.Value.Tag;

    private async Task<string?> TargetAsync() => (await Catalog.ListChannelsAsync(App, Cancellation)).Single(channel => channel.Name.Value == "production").Target?.Value;
}
