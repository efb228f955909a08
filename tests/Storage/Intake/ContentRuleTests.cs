using Serverless.Apps;
using Serverless.Bundles;
using Serverless.Bundles.Content;
using Serverless.Ledger;
using Serverless.Management;
using Serverless.Releases;
using Serverless.Releases.Documents;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Bundles;

namespace Serverless.Tests.Storage.Intake;

/// <summary>Threat: extraneous dependencies. What a bundle takes from elsewhere, and what it should not hold, is refused or told, and kept.</summary>
public sealed class ContentRuleTests(AzuriteFixture azurite, KeyFolder keys) : IAsyncLifetime
{
    private const string Strict = "<meta http-equiv=Content-Security-Policy content=\"default-src 'self'\"><script src=app.js></script>";
    private const string Remote = "<script src=app.js></script><script src=https://cdn.example.com/a.js></script>";

    private readonly AppId _app = PipelineInstance.NewApp();
    private PipelineInstance _lenient = null!;
    private PipelineInstance _strict = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _lenient = await PipelineInstance.StartAsync(azurite.ConnectionString, keys, builder => builder.Configuration["Bundles:Content:MissingAsset"] = "off");
        _strict = await PipelineInstance.StartAsync(azurite.ConnectionString, keys, builder =>
        {
            builder.Configuration["Bundles:Content:NewScriptOrigin"] = "error";
            builder.Configuration["Bundles:Content:CspLoosened"] = "error";
        });
    }

    [Fact]
    public async Task Warning_is_kept_with_the_release_in_its_row_its_document_and_the_ledger()
    {
        var release = Published(await DropAsync(_lenient, "1.0.0", Strict, bundle => bundle.With("app.js.map", "{}")));

        var warning = Assert.Single(release.Content!.Warnings);
        Assert.Equal((ContentRule.SourceMap, "app.js.map"), (warning.Code, warning.Entry));
        Assert.Equal("source_map in app.js.map: A source map shows the app's source to whoever opens the bundle.", Assert.Single(await WarnedAsync()));

        var proof = _lenient.Get<ReleaseProof>();
        var stored = (await _lenient.Get<ReleaseCatalog>().FindReleaseAsync(_app, release.Version, Cancellation))!;
        Assert.Null(await proof.FindRowDefectAsync(_app, stored.Version, stored, Cancellation));
        Assert.Contains("content.warnings", await proof.FindRowDefectAsync(_app, stored.Version, stored with { Content = stored.Content! with { Warnings = [] } }, Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Code_from_a_new_origin_and_a_looser_policy_are_told_against_the_channels_previous_release()
    {
        Assert.Empty(Published(await DropAsync(_lenient, "1.0.0", Strict)).Content!.Warnings);

        var changed = Published(await DropAsync(_lenient, "1.1.0", Remote)).Content!;
        var same = Published(await DropAsync(_lenient, "1.2.0", Remote)).Content!;

        Assert.Equal(["https://cdn.example.com"], changed.ScriptOrigins);
        Assert.Equal([ContentRule.NewScriptOrigin, ContentRule.CspLoosened], changed.Warnings.Select(warning => warning.Code));
        Assert.Empty(same.Warnings);
    }

    [Fact]
    public async Task First_release_of_a_channel_is_compared_with_none() =>
        Assert.Empty(Published(await DropAsync(_strict, "1.0.0", Remote)).Content!.Warnings);

    [Fact]
    public async Task Rule_that_is_an_error_refuses_until_the_developer_says_that_it_is_meant()
    {
        await DropAsync(_strict, "1.0.0", Strict);

        var refused = Assert.IsType<IntakeResult.Rejected>(await DropAsync(_strict, "1.1.0", Remote)).Rejection;
        var meant = Published(await DropAsync(_strict, "1.2.0", Remote, allowed: "new_script_origin,csp_loosened"));

        Assert.Equal(ContentRule.NewScriptOrigin, refused.Code);
        Assert.Contains("https://cdn.example.com", refused.Sentence, StringComparison.Ordinal);
        Assert.Equal([ContentRule.NewScriptOrigin, ContentRule.CspLoosened], meant.Content!.Warnings.Select(warning => warning.Code));
    }

    [Fact]
    public async Task Release_is_promoted_only_where_its_origins_are_known()
    {
        await DropAsync(_strict, "1.0.0", Strict);
        await DropAsync(_strict, "1.1.0", Remote, channel: "beta");

        Assert.Equal(ContentRule.NewScriptOrigin, Assert.IsType<IntakeResult.Rejected>(await DropAsync(_strict, "1.1.0", Remote)).Rejection.Code);
        Assert.IsType<IntakeResult.Promoted>(await DropAsync(_strict, "1.1.0", Remote, allowed: "new_script_origin,csp_loosened"));
    }

    [Fact]
    public async Task Promotion_by_management_is_held_against_the_same_rules()
    {
        await DropAsync(_strict, "1.0.0", Strict);
        await DropAsync(_strict, "1.1.0", Remote, channel: "beta");
        var order = new ReleaseOrder(ReleaseAction.Promote, "production", DryRun: true);

        var (problem, _) = await PromoteAsync(order);
        var (_, act) = await PromoteAsync(order with { DryRun = false, AllowContent = [ContentRule.NewScriptOrigin, ContentRule.CspLoosened] });

        Assert.Equal((409, ContentRule.NewScriptOrigin), (problem?.Status, problem?.Code));
        Assert.Equal("1.1.0", Assert.Single(act!.Changes).To);
        Assert.Equal("allowContent", (await PromoteAsync(order with { AllowContent = [ContentRule.MissingReference] })).Problem?.Member);
    }

    [Fact]
    public async Task Secret_is_told_and_never_repeated()
    {
        var token = string.Concat("gh", "p_", new string('a', 36));
        var bundle = (WebBundle small) => small.With("config.js", $"const token = '{token}';");

        var refused = Assert.IsType<IntakeResult.Rejected>(await DropAsync(_lenient, "1.0.0", Strict, bundle)).Rejection;
        var meant = Published(await DropAsync(_lenient, "1.0.1", Strict, bundle, allowed: "secret"));

        Assert.Equal(new Rejection(ContentRule.Secret, "A file holds what looks like a GitHub token.", "config.js"), refused);
        Assert.Equal(ContentRule.Secret, Assert.Single(meant.Content!.Warnings).Code);
        Assert.All(await _lenient.Get<ReleaseCatalog>().VerifyAsync(_app), entry => Assert.DoesNotContain(token, entry.Why, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rule_that_is_off_leaves_no_trace()
    {
        var release = Published(await DropAsync(_lenient, "1.0.0", Strict + "<img src=gone.png>"));

        Assert.Empty(release.Content!.Warnings);
        Assert.Empty(await WarnedAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _lenient.DisposeAsync();
        await _strict.DisposeAsync();
    }

    private Task<(Problem? Problem, ReleaseActDescription? Act)> PromoteAsync(ReleaseOrder order) => _strict.Get<ReleasePromotion>().RunAsync(
        TestPrincipal.Operator, _app, BundleVersion.Parse("1.1.0"), order, _ => true, Cancellation);

    private static Release Published(IntakeResult result) => Assert.IsType<IntakeResult.Published>(result).Release;

    private async Task<IntakeResult> DropAsync(
        PipelineInstance pipeline, string version, string page, Func<WebBundle, WebBundle>? change = null, string channel = "production", string? allowed = null)
    {
        var bundle = WebBundle.Small(version).With("index.html", page);
        return await pipeline.IntakeAsync(
            $"{_app}/{channel}/{version}.zip", (change?.Invoke(bundle) ?? bundle).Zip(), allowed is null ? null : new Dictionary<string, string> { ["allow_content"] = allowed });
    }

    private async Task<string[]> WarnedAsync() =>
        [.. (await _lenient.Get<ReleaseCatalog>().VerifyAsync(_app)).Where(entry => entry.Kind == LedgerKind.BundleWarned).Select(entry => entry.Why)];
}
