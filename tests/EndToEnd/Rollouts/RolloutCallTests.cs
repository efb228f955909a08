using System.Net;
using System.Text.Json.Nodes;
using Serverless.Devices;
using Serverless.Releases;
using Serverless.Tests.EndToEnd.Conformance;
using Serverless.Tests.EndToEnd.Management;
using Serverless.Tests.Support;

namespace Serverless.Tests.EndToEnd.Rollouts;

/// <summary>Rollouts, pins and detours as scripts decide on them and devices see them.</summary>
[Collection(nameof(Conformance))]
public sealed class RolloutCallTests(ConformanceServer server)
{
    private const string Ramp = """{"stages":[{"percent":5,"soak":"1.00:00:00","minGood":10},{"percent":100,"soak":"1.00:00:00","minGood":50}],"controlPercent":5}""";

    [Fact]
    public async Task Ramp_is_read_and_set_with_the_channels_etag()
    {
        var app = await New("rampset").PublishAsync("1.4.1");

        var none = await server.ManageAsync(HttpMethod.Get, RampOf(app));
        var set = await server.ManageAsync(HttpMethod.Put, RampOf(app), Ramp, none.ETag);
        var unset = await server.ManageAsync(HttpMethod.Put, RampOf(app), """{"stages":[]}""", set.ETag);

        Assert.Equal((HttpStatusCode.OK, """{"stages":[],"controlPercent":5}"""), (none.Status, none.Body.ToJsonString()));
        Assert.Equal((HttpStatusCode.OK, Ramp), (set.Status, set.Body.ToJsonString()));
        Assert.Equal((none.Body.ToJsonString(), none.ETag), (unset.Body.ToJsonString(), unset.ETag));
        (await server.ManageAsync(HttpMethod.Put, RampOf(app), Ramp)).RequireProblem(HttpStatusCode.PreconditionRequired, "missing_if_match");
        (await server.ManageAsync(HttpMethod.Put, RampOf(app), Ramp, set.ETag)).RequireProblem(HttpStatusCode.PreconditionFailed, "changed_meanwhile");
        (await server.ManageAsync(HttpMethod.Put, RampOf(app), """{"stages":[{"percent":0,"soak":"00:00:00","minGood":0}]}""", "*")).RequireProblem(HttpStatusCode.BadRequest, "invalid_member", "stages");
        (await server.ManageAsync(HttpMethod.Put, RampOf(app), """{"stages":null}""", "*")).RequireProblem(HttpStatusCode.BadRequest, "invalid_member", "stages");
        (await server.ManageAsync(HttpMethod.Put, RampOf(app), "{}", "*")).RequireProblem(HttpStatusCode.BadRequest, "invalid_member", "stages");
        (await server.ManageAsync(HttpMethod.Put, $"{app.Id}/channels/beta/ramp", Ramp, "*")).RequireProblem(HttpStatusCode.NotFound, "channel_not_found");
    }

    [Fact]
    public async Task Rollout_is_paused_resumed_replaced_raised_and_aborted()
    {
        var app = await New("rolloutacts").PublishAsync("1.4.1");
        await server.ManageAsync(HttpMethod.Put, RampOf(app), Ramp, "*");
        await app.PublishAsync("1.5.0");
        var device = await FindAsync(app, "stable");
        await RequireOfferAsync(app, device, "1.4.1");

        await ActAsync(app, """{"action":"raise","percent":100,"reason":"it is urgent"}""");
        await RequireOfferAsync(app, device, "1.5.0");
        await ActAsync(app, """{"action":"pause"}""");
        await RequireOfferAsync(app, device, "1.4.1");
        device["version_name"] = "1.5.0";
        Assert.Equal("no_new_version_available", (await app.CheckAsync(device)).Body["error"]!.GetValue<string>());
        device["version_name"] = "1.4.0";
        await ActAsync(app, """{"action":"resume"}""");
        await RequireOfferAsync(app, device, "1.5.0");
        await app.PublishAsync("1.5.1");
        await RequireOfferAsync(app, device, "1.5.1");
        var aborted = await ActAsync(app, """{"action":"abort"}""");
        await RequireOfferAsync(app, device, "1.4.1");

        Assert.Equal("""{"stable":"1.4.1"}""", aborted.Body.ToJsonString());
    }

    [Fact]
    public async Task Rollout_is_shown_with_what_it_waits_for()
    {
        var app = await New("rolloutshown").PublishAsync("1.4.1");
        await server.ManageAsync(HttpMethod.Put, RampOf(app), Ramp, "*");
        await app.PublishAsync("1.5.0");

        var shown = await server.ManageAsync(HttpMethod.Get, RolloutOf(app));
        var channel = await server.ManageAsync(HttpMethod.Get, $"{app.Id}/channels/production");

        var rollout = shown.Body["rollout"]!;
        Assert.Equal((HttpStatusCode.OK, "1.4.1", channel.ETag), (shown.Status, shown.Body["stable"]!.GetValue<string>(), shown.ETag));
        Assert.Equal(("1.5.0", 5, 5, 1, false), (
            rollout["candidate"]!.GetValue<string>(), rollout["percent"]!.GetValue<int>(), rollout["controlPercent"]!.GetValue<int>(), rollout["stage"]!.GetValue<int>(), rollout["paused"]!.GetValue<bool>()));
        Assert.StartsWith("The step lasts until ", rollout["waitingFor"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("1.5.0", channel.Body["candidate"]!.GetValue<string>());
    }

    [Fact]
    public async Task Act_that_cannot_be_done_is_a_problem()
    {
        var app = await New("rolloutproblems").PublishAsync("1.4.1");

        (await server.ManageAsync(HttpMethod.Post, RolloutOf(app), """{"action":"pause"}""")).RequireProblem(HttpStatusCode.PreconditionRequired, "missing_if_match");
        (await ActAsync(app, """{"action":"pause"}""")).RequireProblem(HttpStatusCode.Conflict, "no_rollout");
        (await ActAsync(app, """{"action":"start","version":"1.4.1"}""")).RequireProblem(HttpStatusCode.Conflict, "no_ramp");
        (await ActAsync(app, """{"action":"start","version":"9.9.9"}""")).RequireProblem(HttpStatusCode.NotFound, "release_not_found");
        (await ActAsync(app, """{"action":"start"}""")).RequireProblem(HttpStatusCode.BadRequest, "invalid_member", "version");
        (await ActAsync(app, """{"action":"stop"}""")).RequireProblem(HttpStatusCode.BadRequest, "invalid_member", "action");
        (await ActAsync(app, "{}")).RequireProblem(HttpStatusCode.BadRequest, "invalid_member", "action");
    }

    [Fact]
    public async Task Pinned_device_is_led_elsewhere_and_back()
    {
        var app = await New("rolloutpin").PublishAsync("1.4.1");
        await app.PublishAsync("1.5.0", "beta");
        var device = app.Android();
        var path = $"{app.Id}/devices/{device["device_id"]}/pin";

        var pinned = await server.ManageAsync(HttpMethod.Put, path, """{"version":"1.5.0"}""");
        await RequireOfferAsync(app, device, "1.5.0");
        var explained = await server.ExplainAsync(device);
        var read = await server.ManageAsync(HttpMethod.Get, path);
        await server.ManageAsync(HttpMethod.Put, path, """{"channel":"beta"}""");
        await RequireOfferAsync(app, device, "1.5.0");
        Assert.Equal("beta", (await server.ExplainAsync(device)).Body["channel"]!.GetValue<string>());
        var removed = await server.ManageAsync(HttpMethod.Delete, path);
        await RequireOfferAsync(app, device, "1.4.1");

        Assert.Equal((HttpStatusCode.OK, "1.5.0"), (pinned.Status, pinned.Body["version"]!.GetValue<string>()));
        Assert.Equal(pinned.Body.ToJsonString(), read.Body.ToJsonString());
        Assert.Equal("to version 1.5.0", explained.Body["lead"]!["pin"]!.GetValue<string>());
        Assert.Equal(["device"], removed.Body.AsObject().Select(member => member.Key));
        Assert.Equal(32, removed.Body["device"]!.GetValue<string>().Length);
        (await server.ManageAsync(HttpMethod.Put, path, """{"version":"9.9.9"}""")).RequireProblem(HttpStatusCode.NotFound, "release_not_found");
        (await server.ManageAsync(HttpMethod.Put, path, "{}")).RequireProblem(HttpStatusCode.BadRequest, "invalid_member", "version");
        (await server.ManageAsync(HttpMethod.Put, $"{app.Id}/devices/nobody/pin", "{}")).RequireProblem(HttpStatusCode.BadRequest, "invalid_parameter", "device");
        (await server.ManageAsync(HttpMethod.Put, path.Replace("rolloutpin", "rolloutnowhere", StringComparison.Ordinal), """{"version":"1.5.0"}""")).RequireProblem(HttpStatusCode.NotFound, "app_not_found");
    }

    [Fact]
    public async Task Detour_leads_a_part_of_the_fleet_around_a_release_and_is_explained()
    {
        var app = await New("rolloutdetour").PublishAsync("1.4.1");
        await app.PublishAsync("1.4.2");
        await app.ChangeChannelAsync(channel => channel.WithDetour(new Cell(CellKind.OsMajor, "android-14"), BundleVersion.Parse("1.4.2"), BundleVersion.Parse("1.4.1")));

        await RequireOfferAsync(app, app.Android(), "1.4.1");
        await RequireOfferAsync(app, app.Android("""{"version_os":"15"}"""), "1.4.2");
        await RequireOfferAsync(app, app.Android("""{"version_os":14}"""), "1.4.2");
        Assert.Equal("os:android-14 from 1.4.2 to 1.4.1", (await server.ExplainAsync(app.Android())).Body["lead"]!["detour"]!.GetValue<string>());
    }

    private static string RampOf(ConformanceApp app) => $"{app.Id}/channels/production/ramp";

    private static string RolloutOf(ConformanceApp app) => $"{app.Id}/channels/production/rollout";

    private Task<ManagementAnswer> ActAsync(ConformanceApp app, string order) => server.ManageAsync(HttpMethod.Post, RolloutOf(app), order, "*");

    /// <summary>Each instance looks for changes now and then.</summary>
    private static Task RequireOfferAsync(ConformanceApp app, JsonObject device, string version) => Eventually.True(
        async () => (await app.CheckAsync(device)).Body["version"]?.GetValue<string>() == version, $"The device should be offered {version}.");

    /// <summary>The body of a device that is on this side of the rollout.</summary>
    private async Task<JsonObject> FindAsync(ConformanceApp app, string side)
    {
        while (true)
        {
            var device = app.Android($$"""{"device_id":"{{Guid.NewGuid()}}"}""");
            if ((await server.ExplainAsync(device)).Body["lead"]?["side"]?.GetValue<string>() == side)
            {
                return device;
            }
        }
    }

    private ConformanceApp New(string name) => new(server, name);
}
