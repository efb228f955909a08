using System.Security.Cryptography;
using Serverless.Access;
using Serverless.Approvals;
using Serverless.Bundles;
using Serverless.Channels;
using Serverless.Management;
using Serverless.Releases;
using Serverless.Rollouts;
using Serverless.Storage;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Bundles;

namespace Serverless.Tests.Storage.Approvals;

/// <summary>A release comes to a guarded channel when enough people agreed to its very bytes, and not before.</summary>
[Collection(nameof(Approvals))]
public sealed class ApprovalTests(AzuriteFixture azurite, KeyFolder keys) : IAsyncLifetime
{
    private static readonly Ramp Ramp = new([new RampStage(5, TimeSpan.Zero, 0), new RampStage(50, TimeSpan.Zero, 0)]);

    private readonly ShiftedTime _time = new();
    private ApprovalLab _lab = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _lab = await ApprovalLab.StartAsync(azurite.ConnectionString, keys, _time);

    [Fact]
    public async Task Release_waits_unsigned_in_the_drop_zone_until_two_have_agreed()
    {
        var dropped = await _lab.Pipeline.IntakeAsync(_lab.Name("1.1.0"), Zip("1.1.0"));
        var again = await _lab.Pipeline.IntakeAsync(_lab.Name("1.1.0"));
        await _lab.ApproveAsync(ApprovalLab.Ann, "1.1.0", Sha256("1.1.0"));
        var twice = await _lab.ApproveAsync(ApprovalLab.Ann, "1.1.0", Sha256("1.1.0"));

        Assert.IsType<IntakeResult.Waiting>(dropped);
        Assert.IsType<IntakeResult.Waiting>(again);
        Assert.Equal((ApprovalState.Waiting, 1, 2, 0), (twice.State, twice.Approvals.Length, twice.Required, twice.Granted));
        Assert.Empty(await _lab.RunDecidedAsync());
        Assert.True(await _lab.Pipeline.ExistsAsync(Containers.Uploads, _lab.Name("1.1.0")));
        Assert.False(await _lab.Pipeline.ExistsAsync(Containers.Bundles, $"{_lab.App}/1.1.0/{Sha256("1.1.0")}.zip"));
        Assert.Null(await _lab.Catalog.FindReleaseAsync(_lab.App, BundleVersion.Parse("1.1.0"), Cancellation));
        Assert.Equal(("1.0.0", null, null), await _lab.ReadAsync());

        var granted = await _lab.ApproveAsync(ApprovalLab.Ben, "1.1.0", Sha256("1.1.0"));
        Assert.IsType<IntakeResult.Published>(Assert.Single(await _lab.RunDecidedAsync()));

        Assert.Equal((ApprovalState.Granted, 100), (granted.State, granted.Granted));
        Assert.Equal((("1.1.0", null, null), ApprovalState.Used), (await _lab.ReadAsync(), await _lab.FindStateAsync("1.1.0")));
        Assert.False(await _lab.Pipeline.ExistsAsync(Containers.Uploads, _lab.Name("1.1.0")));
        Assert.Equal(
            [
                "approval.requested", "approval.given", "approval.given", "approval.granted",
                "approval.used", "bundle.accepted", "bundle.signed", "release.published", "channel.moved",
            ],
            await _lab.AuditAsync());
    }

    [Fact]
    public async Task Other_bytes_and_other_words_about_them_void_what_was_given()
    {
        var other = WebBundle.Small("1.1.0").With("more.js", "more()").Zip();
        await _lab.Pipeline.IntakeAsync(_lab.Name("1.1.0"), Zip("1.1.0"));
        await _lab.ApproveAsync(ApprovalLab.Ann, "1.1.0", Sha256("1.1.0"));
        await _lab.Pipeline.IntakeAsync(_lab.Name("1.1.0"), other);
        var stale = await _lab.ActAsync(ApprovalLab.Ben, ApprovalAction.Approve, "1.1.0", Sha256("1.1.0"));
        await _lab.ApproveAsync(ApprovalLab.Ben, "1.1.0", Sha256(other));

        var described = await _lab.Pipeline.IntakeAsync(_lab.Name("1.1.0"), other, new Dictionary<string, string> { ["min_native"] = "0.1.0" });
        var last = await _lab.ApproveAsync(ApprovalLab.Cem, "1.1.0", Sha256(other));

        Assert.Equal("digest_mismatch", stale.Problem?.Code);
        Assert.IsType<IntakeResult.Waiting>(described);
        Assert.Equal((ApprovalState.Waiting, "0.1.0"), (last.State, last.Notes?.MinNative));
        Assert.Equal([ApprovalLab.Cem.Id], last.Approvals.Select(approval => approval.By));
        Assert.Empty(await _lab.RunDecidedAsync());
        Assert.Equal(2, (await _lab.AuditAsync()).Count(kind => kind == "approval.voided"));
    }

    [Fact]
    public async Task Rules_that_an_upload_may_break_are_seen_and_agreed_to_like_its_bytes()
    {
        await _lab.Pipeline.IntakeAsync(_lab.Name("1.1.0"), Zip("1.1.0"), new Dictionary<string, string> { ["allow_content"] = "source_map, secret" });
        var first = await _lab.ApproveAsync(ApprovalLab.Ann, "1.1.0", Sha256("1.1.0"));
        await _lab.Pipeline.IntakeAsync(_lab.Name("1.1.0"), Zip("1.1.0"), new Dictionary<string, string> { ["allow_content"] = "secret" });

        var second = await _lab.ApproveAsync(ApprovalLab.Cem, "1.1.0", Sha256("1.1.0"));
        await _lab.ApproveAsync(ApprovalLab.Ben, "1.1.0", Sha256("1.1.0"));

        Assert.Equal(("secret,source_map", "secret"), (first.AllowedContent, second.AllowedContent));
        Assert.Equal([ApprovalLab.Cem.Id], second.Approvals.Select(approval => approval.By));
        Assert.IsType<IntakeResult.Published>(Assert.Single(await _lab.RunDecidedAsync()));
    }

    [Fact]
    public async Task Requests_are_listed_page_by_page_and_those_that_wait_first()
    {
        await _lab.Pipeline.IntakeAsync(_lab.Name("1.1.0"), Zip("1.1.0"));
        await _lab.Pipeline.IntakeAsync(_lab.Name("1.2.0"), Zip("1.2.0"));
        await _lab.ActAsync(ApprovalLab.Ann, ApprovalAction.Decline, "1.2.0", Sha256("1.2.0"), reason: "Not that one.");

        var first = await _lab.ListAsync(NextPage.Of(1, null));
        var last = await _lab.ListAsync(NextPage.Of(1, first.Next));

        Assert.Equal(("1.1.0", ApprovalState.Waiting), Assert.Single(first.Approvals.Select(request => (request.Version, request.State))));
        Assert.Equal(("1.2.0", ApprovalState.Declined), Assert.Single(last.Approvals.Select(request => (request.Version, request.State))));
        Assert.Null(last.Next);
    }

    [Fact]
    public async Task Same_upload_once_more_keeps_what_was_given()
    {
        await _lab.Pipeline.IntakeAsync(_lab.Name("1.1.0"), Zip("1.1.0"));
        await _lab.ApproveAsync(ApprovalLab.Ann, "1.1.0", Sha256("1.1.0"));
        await _lab.Pipeline.IntakeAsync(_lab.Name("1.1.0"), Zip("1.1.0"));

        await _lab.ApproveAsync(ApprovalLab.Ben, "1.1.0", Sha256("1.1.0"));

        Assert.IsType<IntakeResult.Published>(Assert.Single(await _lab.RunDecidedAsync()));
    }

    [Fact]
    public async Task Approvals_expire_and_are_void_under_another_policy()
    {
        await _lab.Pipeline.IntakeAsync(_lab.Name("1.1.0"), Zip("1.1.0"));
        await _lab.ApproveAsync(ApprovalLab.Ann, "1.1.0", Sha256("1.1.0"));
        _time.Advance(TimeSpan.FromDays(1));
        var late = await _lab.ApproveAsync(ApprovalLab.Ben, "1.1.0", Sha256("1.1.0"));
        await _lab.SetPolicyAsync(ApprovalLab.TwoOfThree with { ExpiresAfter = TimeSpan.FromDays(2) });
        var changed = await _lab.ApproveAsync(ApprovalLab.Cem, "1.1.0", Sha256("1.1.0"));

        Assert.Equal([ApprovalLab.Ben.Id], late.Approvals.Select(approval => approval.By));
        Assert.Equal([ApprovalLab.Cem.Id], changed.Approvals.Select(approval => approval.By));
        Assert.Equal(ApprovalState.Waiting, changed.State);
        Assert.Contains("approval.voided", await _lab.AuditAsync());
    }

    [Fact]
    public async Task Channel_that_needs_no_approvals_any_more_takes_what_waited()
    {
        await _lab.Pipeline.IntakeAsync(_lab.Name("1.1.0"), Zip("1.1.0"));

        await _lab.SetPolicyAsync(new ApprovalSettings(0, []));

        Assert.IsType<IntakeResult.Published>(Assert.Single(await _lab.RunDecidedAsync()));
        Assert.Equal(("1.1.0", null, null), await _lab.ReadAsync());
        await _lab.AuditAsync();
    }

    [Fact]
    public async Task Declined_upload_is_quarantined_and_may_be_asked_for_anew()
    {
        await _lab.Pipeline.IntakeAsync(_lab.Name("1.1.0"), Zip("1.1.0"));
        await _lab.ApproveAsync(ApprovalLab.Ann, "1.1.0", Sha256("1.1.0"));
        var (_, declined) = await _lab.ActAsync(ApprovalLab.Ben, ApprovalAction.Decline, "1.1.0", Sha256("1.1.0"), reason: "The texts are wrong.");
        var closed = await _lab.ActAsync(ApprovalLab.Ann, ApprovalAction.Approve, "1.1.0", Sha256("1.1.0"));
        var refused = Assert.IsType<IntakeResult.Rejected>(Assert.Single(await _lab.RunDecidedAsync()));

        var again = await _lab.Pipeline.IntakeAsync(_lab.Name("1.1.0"), Zip("1.1.0"));

        Assert.Equal((ApprovalState.Declined, "approval_declined"), (declined?.State, closed.Problem?.Code));
        Assert.Equal((RejectionCode.ApprovalDeclined, "It was declined by token:ben: The texts are wrong."), (refused.Rejection.Code, refused.Rejection.Sentence));
        Assert.True(await _lab.Pipeline.ExistsAsync(Containers.Quarantine, _lab.Name("1.1.0")));
        Assert.Equal((0, ApprovalState.Waiting), (Assert.IsType<IntakeResult.Waiting>(again).Request.Approvals.Length, await _lab.FindStateAsync("1.1.0")));
        await _lab.AuditAsync();
    }

    [Fact]
    public async Task Broken_glass_publishes_at_once_and_needs_an_admin_and_a_reason()
    {
        await _lab.Pipeline.IntakeAsync(_lab.Name("1.1.0"), Zip("1.1.0"));

        var approver = await _lab.ActAsync(ApprovalLab.Ann, ApprovalAction.BreakGlass, "1.1.0", Sha256("1.1.0"), reason: "I want to.");
        var silent = await _lab.ActAsync(TestPrincipal.Operator, ApprovalAction.BreakGlass, "1.1.0", Sha256("1.1.0"), reason: " ");
        var (problem, broken) = await _lab.ActAsync(TestPrincipal.Operator, ApprovalAction.BreakGlass, "1.1.0", Sha256("1.1.0"), reason: "Payments fail, nobody is awake.");
        Assert.IsType<IntakeResult.Published>(Assert.Single(await _lab.RunDecidedAsync()));

        Assert.Equal(("not_an_approver", "invalid_member", null), (approver.Problem?.Code, silent.Problem?.Code, problem?.Code));
        Assert.Equal((TestPrincipal.Operator.Id, "Payments fail, nobody is awake."), (broken?.BreakGlass?.By, broken?.BreakGlass?.Reason));
        Assert.Equal(("1.1.0", null, null), await _lab.ReadAsync());
        Assert.Contains("approval.break_glass", await _lab.AuditAsync());
    }

    [Fact]
    public async Task Approvals_are_for_those_who_may_give_them()
    {
        await _lab.Pipeline.IntakeAsync(_lab.Name("1.1.0"), Zip("1.1.0"));
        var stranger = await _lab.ActAsync(new Principal("token:ANN", Scopes.Promote), ApprovalAction.Approve, "1.1.0", Sha256("1.1.0"));
        var unasked = await _lab.ActAsync(ApprovalLab.Ann, ApprovalAction.Approve, "1.2.0", Sha256("1.2.0"));
        await _lab.SetPolicyAsync(ApprovalLab.TwoOfThree with { UploaderMayApprove = false });
        var unknown = await _lab.ActAsync(ApprovalLab.Ann, ApprovalAction.Approve, "1.1.0", Sha256("1.1.0"));

        Assert.Equal(("not_an_approver", "approval_not_found", "uploader_unknown"), (stranger.Problem?.Code, unasked.Problem?.Code, unknown.Problem?.Code));
    }

    [Fact]
    public async Task Who_uploaded_it_does_not_approve_it_where_uploaders_may_not_and_others_do()
    {
        var digest = Digest("1.1.0");
        var metadata = new Dictionary<string, string>();
        UploadName.Parse(_lab.Name("1.1.0"), out var name);
        _lab.Pipeline.Get<UploadOrigin>().Write(metadata, name, digest, ApprovalLab.Ann.Id);
        await _lab.SetPolicyAsync(ApprovalLab.TwoOfThree with { UploaderMayApprove = false });
        await _lab.Pipeline.IntakeAsync(_lab.Name("1.1.0"), Zip("1.1.0"), metadata);

        var own = await _lab.ActAsync(ApprovalLab.Ann, ApprovalAction.Approve, "1.1.0", digest.Hex);
        await _lab.ApproveAsync(ApprovalLab.Ben, "1.1.0", digest.Hex);
        var last = await _lab.ApproveAsync(ApprovalLab.Cem, "1.1.0", digest.Hex);

        Assert.Equal(("own_upload", ApprovalLab.Ann.Id, ApprovalState.Granted), (own.Problem?.Code, last.UploadedBy, last.State));
        Assert.IsType<IntakeResult.Published>(Assert.Single(await _lab.RunDecidedAsync()));
    }

    [Theory]
    [InlineData("token:ben", "1.1.0", "1.1.0")]
    [InlineData("token:ann", "1.1.1", "1.1.0")]
    [InlineData("token:ann", "1.1.0", "1.1.1")]
    public void Uploader_that_somebody_else_wrote_into_the_metadata_is_not_believed(string principal, string version, string content)
    {
        var origin = _lab.Pipeline.Get<UploadOrigin>();
        var metadata = new Dictionary<string, string>();
        UploadName.Parse(_lab.Name("1.1.0"), out var written);
        UploadName.Parse(_lab.Name(version), out var read);
        origin.Write(metadata, written, Digest("1.1.0"), "token:ann");
        Assert.Equal("token:ann", origin.Find(metadata, written, Digest("1.1.0")));

        metadata[UploadOrigin.PrincipalKey] = UploadMetadata.Encode(principal);

        Assert.Null(origin.Find(metadata, read, Digest(content)));
    }

    [Theory]
    [InlineData("""{"public":true}""", true)]
    [InlineData("""{"public":false}""", false)]
    public async Task Channel_without_a_policy_is_no_way_around_that_of_another(string edit, bool evades)
    {
        await _lab.Pipeline.PublishAsync(_lab.App, "1.1.0", "beta");
        Assert.True(ChannelName.TryParse("beta", out var name));
        var beta = await _lab.Catalog.FindChannelAsync(_lab.App, name, Cancellation);
        Assert.Null(ChannelEdit.Parse(System.Text.Encoding.UTF8.GetBytes(edit), out var change));

        Assert.Equal(evades, await _lab.Pipeline.Get<ChannelAdministration>().EvadesApprovalsAsync(_lab.App, beta!, change, Cancellation));
    }

    [Fact]
    public async Task Promotion_waits_and_going_back_does_not()
    {
        await _lab.Pipeline.PublishAsync(_lab.App, "1.1.0", "beta");
        var promoted = await _lab.Pipeline.IntakeAsync(_lab.Name("1.1.0"), Zip("1.1.0"));
        await _lab.ApproveAsync(ApprovalLab.Ann, "1.1.0", Sha256("1.1.0"));
        await _lab.ApproveAsync(ApprovalLab.Cem, "1.1.0", Sha256("1.1.0"));
        var decided = Assert.Single(await _lab.RunDecidedAsync());
        Assert.Equal(("1.1.0", null, null), await _lab.ReadAsync());

        var back = await _lab.Pipeline.IntakeAsync(_lab.Name("1.0.0"), Zip("1.0.0"), new Dictionary<string, string> { ["allow_downgrade"] = "true" });

        Assert.IsType<IntakeResult.Waiting>(promoted);
        Assert.IsType<IntakeResult.Promoted>(decided);
        Assert.IsType<IntakeResult.Promoted>(back);
        Assert.Equal(("1.0.0", null, null), await _lab.ReadAsync());
        await _lab.AuditAsync();
    }

    [Fact]
    public async Task Automatic_withdrawal_waits_for_nobody()
    {
        await _lab.Pipeline.IntakeAsync(_lab.Name("1.1.0"), Zip("1.1.0"));
        await _lab.ApproveAsync(ApprovalLab.Ann, "1.1.0", Sha256("1.1.0"));
        await _lab.ApproveAsync(ApprovalLab.Ben, "1.1.0", Sha256("1.1.0"));
        await _lab.RunDecidedAsync();

        await _lab.Pipeline.WithdrawAsync(_lab.App, "1.1.0");

        Assert.Equal(("1.0.0", null, null), await _lab.ReadAsync());
        await _lab.AuditAsync();
    }

    [Fact]
    public async Task Rollout_goes_as_far_as_two_agreed_to()
    {
        await _lab.Pipeline.Get<RolloutAdministration>().SetRampAsync(TestPrincipal.Operator, _lab.App, ChannelName.Production, Ramp, _ => true, Cancellation);
        await _lab.Pipeline.IntakeAsync(_lab.Name("1.1.0"), Zip("1.1.0"));
        await _lab.ApproveAsync(ApprovalLab.Ann, "1.1.0", Sha256("1.1.0"), percent: 10);
        await _lab.ApproveAsync(ApprovalLab.Ben, "1.1.0", Sha256("1.1.0"));
        await _lab.RunDecidedAsync();
        Assert.Equal(("1.0.0", "1.1.0", 500), await _lab.ReadAsync());

        await RampAsync();
        var waiting = await DescribeAsync();
        var raised = await ActAsync(new RolloutOrder(RolloutAction.Raise, Percent: 10));
        var further = await ActAsync(new RolloutOrder(RolloutAction.Raise, Percent: 50));
        var finished = await ActAsync(new RolloutOrder(RolloutAction.Finish));
        Assert.Equal(("1.0.0", "1.1.0", 1000), await _lab.ReadAsync());
        Assert.Equal((null, "approval_required", "approval_required"), (raised?.Code, further?.Code, finished?.Code));
        Assert.Equal("The approvals of 1.1.0 do not go as far as the next step.", waiting);

        await _lab.ApproveAsync(ApprovalLab.Ann, "1.1.0", Sha256("1.1.0"), percent: 50);
        await RampAsync();
        await RampAsync();
        Assert.Equal(("1.0.0", "1.1.0", 5000), await _lab.ReadAsync());
        await _lab.ApproveAsync(ApprovalLab.Ann, "1.1.0", Sha256("1.1.0"));
        await RampAsync();
        Assert.Equal(("1.1.0", null, null), await _lab.ReadAsync());
        await _lab.AuditAsync();
    }

    [Fact]
    public async Task Start_of_a_release_that_exists_asks_for_approvals_and_is_done_again_with_them()
    {
        await _lab.Pipeline.PublishAsync(_lab.App, "1.1.0", "beta");
        await _lab.Pipeline.Get<RolloutAdministration>().SetRampAsync(TestPrincipal.Operator, _lab.App, ChannelName.Production, Ramp, _ => true, Cancellation);
        var order = new RolloutOrder(RolloutAction.Start, Version: "1.1.0");
        var first = await ActAsync(order);
        var own = await _lab.FindStateAsync("1.1.0");
        await _lab.ApproveAsync(ApprovalLab.Ann, "1.1.0", Sha256("1.1.0"), percent: 5);
        await _lab.ApproveAsync(ApprovalLab.Ben, "1.1.0", Sha256("1.1.0"), percent: 5);

        var second = await ActAsync(order);

        Assert.Equal(("approval_required", ApprovalState.Waiting, null), (first?.Code, own, second?.Code));
        Assert.Equal(("1.0.0", "1.1.0", 500), await _lab.ReadAsync());
        await _lab.AuditAsync();
    }

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    private static byte[] Zip(string version) => WebBundle.Small(version).Zip();

    private static Sha256Digest Digest(string version) => Sha256Digest.TryParse(Sha256(version), out var digest) ? digest : throw new FormatException(version);

    private static string Sha256(string version) => Sha256(Zip(version));

    private static string Sha256(byte[] zip) => Convert.ToHexStringLower(SHA256.HashData(zip));

    private Task RampAsync() => _lab.Pipeline.Get<RolloutRamp>().RunAsync(Cancellation);

    private async Task<string?> DescribeAsync() => (await _lab.Pipeline.Get<RolloutAdministration>().DescribeAsync(
        _lab.App, (await _lab.Catalog.FindChannelAsync(_lab.App, ChannelName.Production, Cancellation))!, Cancellation)).Rollout?.WaitingFor;

    private async Task<Problem?> ActAsync(RolloutOrder order) => (await _lab.Pipeline.Get<RolloutAdministration>().ActAsync(
        TestPrincipal.Operator, _lab.App, ChannelName.Production, order, _ => true, Cancellation)).Problem;
}
