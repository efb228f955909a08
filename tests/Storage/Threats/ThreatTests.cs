using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Access;
using Serverless.Apps;
using Serverless.Bundles;
using Serverless.Channels;
using Serverless.Device;
using Serverless.Devices;
using Serverless.Devices.Authentication;
using Serverless.Keys;
using Serverless.Ledger;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Reports;
using Serverless.Rollbacks;
using Serverless.Tests.Storage.Keys;
using Serverless.Tests.Storage.Outcomes;
using Serverless.Tests.Storage.Releases;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Bundles;
using Serverless.Tests.Support.Zips;
using Serverless.Updates;
using DeviceInfo = Serverless.Devices.DeviceInfo;
using UpdateAnswer = Serverless.Updates.UpdateAnswer;
using UpdateCheck = Serverless.Updates.UpdateCheck;

namespace Serverless.Tests.Storage.Threats;

/// <summary>
/// The attacks on updates, by the names that the README gives them, each against the real thing and down to what defeats it. Where more of a
/// defence is to be tested than its essence, it is tested where it lives.
/// </summary>
public sealed class ThreatTests(ThreatLab lab) : IClassFixture<ThreatLab>
{
    private const string Latest = "1.1.0";

    private static readonly Principal Operator = TestPrincipal.Operator;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private PipelineInstance Pipeline => lab.Pipeline;

    private ReleaseCatalog Catalog => Pipeline.Get<ReleaseCatalog>();

    [Fact]
    public async Task Arbitrary_installation_through_storage()
    {
        var app = await lab.NewAppAsync();
        await new Tampering(Pipeline, app, Latest).ApplyAsync("/zip/sha256");

        await RequireUnverifiedAsync(app);
    }

    [Fact]
    public async Task Arbitrary_installation_through_a_false_endpoint()
    {
        var app = await lab.NewAppAsync();
        var other = await lab.NewAppAsync();
        await Pipeline.PublishAsync(other, "1.6.6");
        var theirs = await Pipeline.CheckAsync(Device(other) with { KeyId = await KeyIdAsync(other) });

        // Everything that was ever signed is at hand, and nothing can be signed.
        await RequireStaysAsync(app, new HostileWay(new InProcessServer(Pipeline))
        {
            Answer = answer =>
            {
                answer.Remove("manifest");
                answer["version"] = theirs.Version;
                answer["url"] = theirs.Url;
            },
        });
    }

    [Fact]
    public async Task Signature_stripping()
    {
        var app = await lab.NewAppAsync();
        foreach (var plugin in (string[])["7.41.1", "8.4.3", "8.42.8", "8.51.22", "8.51.23"])
        {
            Assert.True(PluginVersion.TryParse(plugin, out var version));
            var answer = await Pipeline.CheckAsync(Device(app) with { Plugin = version, KeyId = await KeyIdAsync(app) });
            Assert.Contains(':', answer.SessionKey!);
            Assert.Equal(256, answer.Checksum!.Length is 512 ? Convert.FromHexString(answer.Checksum).Length : Convert.FromBase64String(answer.Checksum).Length);
        }
    }

    [Fact]
    public async Task Endless_data()
    {
        var app = await lab.NewAppAsync();
        var bomb = WebBundle.Small("1.2.0").Forge().File("zeros.bin", ZipContent.Zeros(64 * 1024 * 1024)).Build();

        var result = await Pipeline.IntakeAsync($"{app}/production/1.2.0.zip", bomb);

        Assert.Equal(RejectionCode.CompressionRatio, Assert.IsType<IntakeResult.Rejected>(result).Rejection.Code);
        using var download = await DownloadAsync((await Pipeline.CheckAsync(Device(app))).Url!);
        Assert.Equal((await FindAsync(app, Latest)).Zip.Size, download.Content.Headers.ContentLength);
    }

    /// <summary>What has come so far is kept: nobody has to begin anew.</summary>
    [Fact]
    public async Task Slow_retrieval()
    {
        var app = await lab.NewAppAsync();
        var answer = await Pipeline.CheckAsync(Device(app));

        foreach (var address in answer.Manifest!.Select(entry => entry.DownloadUrl).Append(answer.Url!))
        {
            using var rest = await DownloadAsync(address, new RangeHeaderValue(1, null));
            Assert.Equal((HttpStatusCode.PartialContent, 1L), (rest.StatusCode, rest.Content.Headers.ContentRange!.From));
        }
    }

    [Fact]
    public async Task Extraneous_dependencies()
    {
        await using var strict = await lab.StartAsync(("Bundles:Content:RemoteScript", "Error"));
        var foreign = WebBundle.Small("1.0.0").With("index.html", """<!doctype html><script src="https://cdn.example.org/x.js"></script><script src="app.js"></script>""");

        var result = await strict.IntakeAsync($"{PipelineInstance.NewApp()}/production/1.0.0.zip", foreign.Zip());

        Assert.Equal("remote_script", Assert.IsType<IntakeResult.Rejected>(result).Rejection.Code);
    }

    [Fact]
    public async Task Going_back_to_an_old_signed_bundle()
    {
        var app = await lab.NewAppAsync();
        await Pipeline.PublishAsync(app, "1.2.0");

        var lower = await Pipeline.IntakeAsync($"{app}/production/1.0.0.zip", WebBundle.Small("1.0.0").Zip());

        Assert.Equal(RejectionCode.VersionNotHigher, Assert.IsType<IntakeResult.Rejected>(lower).Rejection.Code);
        Assert.Equal("1.2.0", (await Pipeline.CheckAsync(Device(app))).Version);
        await Pipeline.WithdrawAsync(app, "1.2.0");
        Assert.Equal(Latest, (await Pipeline.CheckAsync(Device(app))).Version);
        Assert.Contains(await Catalog.VerifyAsync(app), entry => entry.Kind == LedgerKind.RollbackVerified);
    }

    [Fact]
    public async Task Fast_forward()
    {
        var app = await lab.NewAppAsync();
        Assert.Equal((1, 2), ((await FindAsync(app, "1.0.0")).Sequence, (await FindAsync(app, Latest)).Sequence));
        await new Tampering(Pipeline, app, Latest).ApplyAsync("/sequence");

        await RequireUnverifiedAsync(app);
    }

    [Theory]
    [InlineData("the row is another release's")]
    [InlineData("the document is another release's")]
    [InlineData("/signedForms/0/checksum")]
    [InlineData("/fileList")]
    public async Task Mix_and_match(string tampering)
    {
        var app = await lab.NewAppAsync();
        await new Tampering(Pipeline, app, Latest).ApplyAsync(tampering);

        await RequireUnverifiedAsync(app);
    }

    [Fact]
    public async Task Software_of_another_channel_platform_or_key()
    {
        var app = await lab.NewAppAsync();
        await Pipeline.PublishAsync(app, "2.0.0", "internal");
        await ChangeAsync(app, "internal", channel => channel with { AllowSelfSet = false });
        await ChangeAsync(app, "production", channel => channel with { Policy = channel.Policy with { Ios = false } });

        Assert.Equal("no_channel", (await Pipeline.CheckAsync(Device(app) with { Channel = "internal" })).Error);
        Assert.Equal("no_channel", (await Pipeline.CheckAsync(Device(app) with { Platform = "ios" })).Error);
        Assert.Equal("key_id_mismatch", (await Pipeline.CheckAsync(Device(app) with { KeyId = "MIIBCgKCAQEAxxxxxxxx" })).Error);
    }

    [Fact]
    public async Task Partial_install()
    {
        var app = await lab.NewAppAsync();
        var keyed = await Pipeline.CheckAsync(Device(app) with { KeyId = await KeyIdAsync(app) });
        var plain = await Pipeline.CheckAsync(Device(app));

        foreach (var address in new[] { keyed, plain }.SelectMany(answer => answer.Manifest!.Select(entry => entry.DownloadUrl).Append(answer.Url!)))
        {
            using var download = await DownloadAsync(address);
            Assert.Equal(HttpStatusCode.OK, download.StatusCode);
        }
    }

    [Fact]
    public async Task Key_compromise()
    {
        var app = await lab.NewAppAsync();
        var keyed = Device(app) with { KeyId = await KeyIdAsync(app) };
        Assert.NotNull((await Pipeline.CheckAsync(keyed)).Url);

        Assert.Null(await Pipeline.Get<KeyAdministration>().DisableAsync(
            Operator, app, keyed.KeyId!, new KeyDisabling(DisabledAnswer.Builtin, "It was stolen."), Cancellation));

        var answer = await Pipeline.CheckAsync(keyed with { VersionName = "1.0.0", VersionBuild = "0.9.0", Native = NativeVersion.TryParse("0.9.0") });
        Assert.Equal((BundleVersion.Builtin, null, null), (answer.Version, answer.Url, answer.Error));
        Assert.Contains(await Catalog.VerifyAsync(app), entry => entry.Kind == LedgerKind.KeyDisabled);
    }

    /// <summary>Whoever writes the tables cannot sign.</summary>
    [Theory]
    [InlineData("the document is signed by another key")]
    [InlineData("the row names no document")]
    [InlineData("/signedForms/0/sessionKey")]
    public async Task Compromise_of_the_tables(string tampering)
    {
        var app = await lab.NewAppAsync();
        await new Tampering(Pipeline, app, Latest).ApplyAsync(tampering);

        await RequireUnverifiedAsync(app);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Malicious_mirror(bool hasKey)
    {
        var app = await lab.NewAppAsync();

        await RequireStaysAsync(app, new HostileWay(new InProcessServer(Pipeline)) { ChangesDownloads = true }, hasKey);
    }

    /// <summary>That nothing is served without TLS is tested with the transport.</summary>
    [Fact]
    public async Task Eavesdropping()
    {
        var app = await lab.NewAppAsync();
        var answer = await Pipeline.CheckAsync(Device(app) with { KeyId = await KeyIdAsync(app) });

        foreach (var address in answer.Manifest!.Select(entry => entry.DownloadUrl).Append(answer.Url!))
        {
            using var unsigned = await DownloadAsync(new Uri(address).GetLeftPart(UriPartial.Path));
            using var signed = await DownloadAsync(address);
            Assert.False(unsigned.IsSuccessStatusCode);
            Assert.DoesNotContain("Capacitor", Encoding.Latin1.GetString(await signed.Content.ReadAsByteArrayAsync(Cancellation)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Denial_of_service()
    {
        var app = await lab.NewAppAsync();
        await using var busy = await lab.StartAsync(("Limits:OffersPerNetwork", "2"));
        var flooded = new NetworkTag(1);
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(Latest, (await busy.CheckAsync(Device(app) with { Network = flooded })).Version);
        }

        var refused = await busy.CheckAsync(Device(app) with { Network = flooded });
        var elsewhere = await busy.CheckAsync(Device(app) with { Network = new NetworkTag(2) });

        Assert.Equal(("too_many_requests", UpdateAnswer.KindBlocked), (refused.Error, refused.Kind));
        Assert.Equal(Latest, elsewhere.Version);
    }

    /// <summary>Devices that were never offered the release have no say; of those of one network, few have.</summary>
    [Fact]
    public async Task Poisoned_telemetry()
    {
        var app = await lab.NewAppAsync();
        await using var wary = await lab.StartAsync(("Evidence:MaxNewDevicesPerNetwork", "2"), ("Rollbacks:MinFailedDevices", "3"));
        var forged = Voters.Many(50);
        var bought = Voters.Many(50);
        await Task.WhenAll(bought.Select(device => wary.Get<OutcomeStore>().OfferAsync(app, BundleVersion.Parse(Latest), device, Cancellation).AsTask()));

        await ReportFailedAsync(wary, app, forged);
        await ReportFailedAsync(wary, app, bought, new NetworkTag(1));

        Assert.Null((await FindAsync(app, Latest)).WithdrawnBecause);
        Assert.Equal(2, (await wary.Get<OutcomeStore>().TallyAsync(app, BundleVersion.Parse(Latest), Cancellation)).Total.Failed);
    }

    [Fact]
    public async Task Replayed_failure_reports()
    {
        var app = await lab.NewAppAsync();
        var device = Voters.New();
        await Pipeline.Get<OutcomeStore>().OfferAsync(app, BundleVersion.Parse(Latest), device, Cancellation);

        for (var i = 0; i < 20; i++)
        {
            await ReportFailedAsync(Pipeline, app, [device]);
        }

        Assert.Null((await FindAsync(app, Latest)).WithdrawnBecause);
        Assert.Equal(1, (await Pipeline.Get<OutcomeStore>().TallyAsync(app, BundleVersion.Parse(Latest), Cancellation)).Total.Failed);
    }

    /// <summary>An app that nobody has, one that serves only whom it knows, and one that asks its devices for a key, to a stranger.</summary>
    [Fact]
    public async Task Guessing_app_ids()
    {
        var closed = PipelineInstance.NewApp();
        await Pipeline.PublishAsync(closed, "1.0.0", "internal");
        var locked = await lab.NewAppAsync();
        var authentication = Pipeline.Get<AuthenticationAdministration>();
        Assert.Null((await authentication.IssueKeyAsync(Operator, locked, Cancellation)).Problem);
        Assert.Null((await authentication.ChangeAsync(Operator, locked, new AuthenticationSettings([AuthenticationMethod.AppKey]), _ => true, Cancellation)).Problem);

        string[] answers = [await AskAsync(PipelineInstance.NewApp()), await AskAsync(closed), await AskAsync(locked)];

        Assert.Single(answers.Distinct());
    }

    /// <summary>The rows that are no tests say in their second column why a server cannot defend against them alone, and in their third what the app can do.</summary>
    [Fact]
    public async Task Every_attack_of_the_README_is_a_test_here_or_is_said_to_need_the_app()
    {
        var section = (await File.ReadAllTextAsync(Path.Combine(Repository.Root, "README.md"), Cancellation)).Split("\n## Security\n")[1].Split("\n### ")[0];
        var rows = section.Split('\n').Where(line => line.StartsWith("| **", StringComparison.Ordinal)).Select(line => line.Split('|', StringSplitOptions.TrimEntries)).ToArray();
        var tests = typeof(ThreatTests).GetMethods().Where(method => method.IsDefined(typeof(FactAttribute), inherit: true)).Select(method => method.Name).ToHashSet();

        Assert.Equal(20, rows.Length);
        Assert.All(rows, row => Assert.True(
            row is ["", var attack, { Length: > 0 } server, var app, ""]
                && (tests.Contains(attack.Trim('*').Replace(' ', '_').Replace('-', '_')) || (server.StartsWith("Cannot alone: ", StringComparison.Ordinal) && app.Length > 0)),
            string.Join('|', row)));
        Assert.Equal(tests.Count - 1, rows.Count(row => !row[2].StartsWith("Cannot alone: ", StringComparison.Ordinal)));
    }

    /// <returns>The whole answer to a stranger's check.</returns>
    private async Task<string> AskAsync(AppId app)
    {
        var context = new DefaultHttpContext { RequestServices = new ServiceCollection().AddLogging().BuildServiceProvider() };
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes($$"""
            {"app_id":"{{app}}","device_id":"44f128a5-ac7a-4c9a-be4c-224b6bf81b20","platform":"android","version_build":"1.0.0","version_name":"1.0.0","plugin_version":"8.51.23"}
            """));
        using var body = new MemoryStream();
        context.Response.Body = body;
        var check = new UpdateCheckFunction(Pipeline.Get<UpdateCheck>(), Pipeline.Get<DeviceBody>(), Pipeline.Get<Tickets>());
        await (await check.RunAsync(context.Request, Cancellation)).ExecuteAsync(context);
        return $"{context.Response.StatusCode} {string.Join(';', context.Response.Headers)} {Encoding.UTF8.GetString(body.ToArray())}";
    }

    private async Task RequireUnverifiedAsync(AppId app)
    {
        await using var instance = await lab.StartAsync();

        var plain = await instance.CheckAsync(Device(app));
        var keyed = await instance.CheckAsync(Device(app) with { KeyId = await KeyIdAsync(app) });

        Assert.All([plain, keyed], answer => Assert.Equal(("release_unverified", UpdateAnswer.KindBlocked, null), (answer.Error, answer.Kind, answer.Url)));
    }

    /// <summary>Requires that a device of the reference plugin takes nothing from who stands in its way.</summary>
    private async Task RequireStaysAsync(AppId app, HostileWay way, bool hasKey = true)
    {
        using var http = new HttpClient(way);
        var held = await Pipeline.Get<KeyRing>().ListHeldAsync(app, Cancellation);
        var profile = DeviceProfile.For(InProcessServer.Address, app.Value) with { VersionBuild = "1.0.0-rc.1", StatsUrl = null, PublicKey = hasKey ? held[0].PublicKey.Pem : null };
        var device = new PluginDevice(profile, http);

        Assert.IsNotType<UpdateQueued>(await device.ForegroundAsync(Cancellation));
        await device.BackgroundAsync(Cancellation);
        await device.LaunchAsync(Cancellation);

        Assert.True(device.Running.IsBuiltin);
    }

    private static Task ReportFailedAsync(PipelineInstance pipeline, AppId app, DevicePseudonym[] devices, NetworkTag? network = null)
    {
        var events = devices.Select(device => new DeviceEvidence(app.Value, device.Hex, Latest, VoteKind.Failed, "update_fail", Voters.Noon) { Network = network });
        return pipeline.Get<FailureReports>().RunAsync(JsonSerializer.Serialize(new EventBatch([.. events]), WireJson.Default.EventBatch), Cancellation);
    }

    private async Task ChangeAsync(AppId app, string name, Func<Channel, Channel> change)
    {
        await Catalog.ChangeAsync(
            app,
            async (_, token) => new CatalogChange
            {
                Channels = [change((await Catalog.ListChannelsAsync(app, token)).Single(channel => channel.Name.Value == name))],
                Ledger = [new LedgerEntry(LedgerKind.ChannelMoved, "test", name, "set up")],
            },
            Cancellation);
        Pipeline.Get<AppSnapshots>().Invalidate(app);
    }

    private async Task<string> KeyIdAsync(AppId app) => (await Pipeline.Get<KeyRing>().ListHeldAsync(app, Cancellation))[0].PublicKey.KeyId;

    private async Task<Release> FindAsync(AppId app, string version) =>
        Assert.IsType<Release>(await Catalog.FindReleaseAsync(app, BundleVersion.Parse(version), Cancellation));

    private static async Task<HttpResponseMessage> DownloadAsync(string address, RangeHeaderValue? range = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Range = range;
        return await http.SendAsync(request, Cancellation);
    }

    private DeviceRequest Device(AppId app)
    {
        var info = new DeviceInfo
        {
            AppId = app.Value,
            DeviceId = Guid.NewGuid().ToString(),
            Platform = "android",
            VersionBuild = "1.0.0",
            VersionName = "1.0.0",
            PluginVersion = "8.51.23",
        };
        return DeviceRequest.Parse(info, Pipeline.Get<Pepper>(), out var device) is null ? device : throw new InvalidOperationException("Not a device.");
    }
}
