using Serverless.Apps;
using Serverless.Channels;
using Serverless.Device.Answers;
using Serverless.Devices;
using Serverless.SyntheticDevices;
using Serverless.Tests.Support.Certificates;

namespace Serverless.Tests.Storage.Devices;

/// <summary>Real devices over real TLS, each authenticating in one of the ways.</summary>
public sealed class DeviceAuthenticationTests(DeviceServer server) : IClassFixture<DeviceServer>
{
    [Fact]
    public async Task Unmodified_plugin_brings_the_app_key_in_its_addresses()
    {
        var app = await server.NewAppAsync();
        var (oldId, oldKey) = await server.IssueKeyAsync(app);
        await server.AskAsync(app, """{"methods":["app_key"]}""");

        await RequireAsync(app, key: null, isServed: false);
        await RequireAsync(app, "ak_wrong", isServed: false);
        await RequireAsync(app, oldKey, isServed: true);

        // The next build carries the next key, until nobody carries the first one any more.
        var (_, newKey) = await server.IssueKeyAsync(app);
        await RequireAsync(app, newKey, isServed: true);
        await RequireAsync(app, oldKey, isServed: true);
        Assert.Equal("too_many_app_keys", (await server.ManageAsync(HttpMethod.Post, $"{app}/authentication/keys")).Json["code"]!.GetValue<string>());

        Assert.Equal(200, (await server.ManageAsync(HttpMethod.Delete, $"{app}/authentication/keys/{oldId}")).Status);
        await RequireAsync(app, oldKey, isServed: false);
        await RequireAsync(app, newKey, isServed: true);

        Assert.Equal("app_key_not_found", (await server.ManageAsync(HttpMethod.Delete, $"{app}/authentication/keys/{oldId}")).Json["code"]!.GetValue<string>());
        Assert.DoesNotContain(server.Log.Messages, line => line.Contains(oldKey, StringComparison.Ordinal) || line.Contains(newKey, StringComparison.Ordinal));
    }

    [Fact]
    public async Task App_that_still_accepts_none_serves_both()
    {
        var app = await server.NewAppAsync();
        var (_, key) = await server.IssueKeyAsync(app);
        await server.AskAsync(app, """{"methods":["none","app_key"]}""");

        await RequireAsync(app, key: null, isServed: true);
        await RequireAsync(app, key, isServed: true);
    }

    [Fact]
    public async Task Client_certificate_is_taken_from_the_connection()
    {
        var app = await server.NewAppAsync();
        using var stranger = new TestAuthority();
        using var good = server.Authority.IssueToDevice("fleet");
        using var forged = stranger.IssueToDevice("fleet");
        using var revoked = server.Authority.IssueToDevice("stolen");
        await server.AskAsync(app, server.Certificates("none", server.Authority.RevocationList(DateTimeOffset.UtcNow.AddDays(1), revoked)));

        Assert.IsType<Offer>(await DeviceServer.CheckAsync(server.DeviceOf(app), server.Connect(good)));
        Assert.IsType<Refusal>(await DeviceServer.CheckAsync(server.DeviceOf(app), server.Connect(forged)));
        Assert.IsType<Refusal>(await DeviceServer.CheckAsync(server.DeviceOf(app), server.Connect(revoked)));
        Assert.IsType<Refusal>(await DeviceServer.CheckAsync(server.DeviceOf(app), server.Connect()));
    }

    [Fact]
    public async Task Bound_certificate_serves_its_device_alone()
    {
        var app = await server.NewAppAsync();
        var device = server.DeviceOf(app);
        using var certificate = server.Authority.IssueToDevice("any", $"urn:uuid:{device.DeviceId}");
        await server.AskAsync(app, server.Certificates("subject_uri"));

        Assert.IsType<Offer>(await DeviceServer.CheckAsync(device, server.Connect(certificate)));
        Assert.IsType<Refusal>(await DeviceServer.CheckAsync(server.DeviceOf(app), server.Connect(certificate)));
    }

    [Fact]
    public async Task Certificate_in_a_header_is_nobodys()
    {
        var app = await server.NewAppAsync();
        using var good = server.Authority.IssueToDevice("fleet");
        await server.AskAsync(app, server.Certificates("none"));
        using var http = new HttpClient(server.Connect());
        http.DefaultRequestHeaders.Add("X-ARR-ClientCert", Convert.ToBase64String(good.RawData));

        var answer = await server.SendAsync(http, HttpMethod.Post, "api/updates", DeviceServer.Body(app));

        Assert.Equal("app_not_found", answer.Json["error"]!.GetValue<string>());
    }

    [Fact]
    public async Task Synthetic_device_needs_nothing_more_than_its_id()
    {
        var app = await server.NewAppAsync();
        await server.IssueKeyAsync(app);
        await server.AskAsync(app, """{"methods":["app_key"]}""");
        var id = SyntheticDeviceId.Of(AppId.TryParse(app, out var parsed) ? parsed : default, ChannelName.Production, 0, server.Get<Pepper>());
        using var http = new HttpClient(server.Connect());

        Assert.Equal("1.0.0", (await server.SendAsync(http, HttpMethod.Post, "api/updates", DeviceServer.Body(app, id))).Json["version"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("POST", "updates", true)]
    [InlineData("POST", "updates/manifest_size", true)]
    [InlineData("POST", "channel_self", true)]
    [InlineData("PUT", "channel_self", true)]
    [InlineData("DELETE", "channel_self", true)]
    [InlineData("GET", "channel_self?app_id={app}&platform=android", false)]
    [InlineData("DELETE", "channel_self?app_id={app}&device_id=44f128a5-ac7a-4c9a-be4c-224b6bf81b20&platform=android&version_name=1.0.0&version_build=1.0.0&plugin_version=6.33.0", false)]
    [InlineData("POST", "stats", true)]
    [InlineData("GET", "notices?app={app}&device=44f128a5-ac7a-4c9a-be4c-224b6bf81b20", false)]
    public async Task Refused_device_is_answered_as_if_there_were_no_such_app(string method, string path, bool hasBody)
    {
        var known = await server.NewAppAsync();
        await server.IssueKeyAsync(known);
        await server.AskAsync(known, """{"methods":["app_key"]}""");
        using var http = new HttpClient(server.Connect());

        var answers = new List<DeviceServerAnswer>();
        foreach (var app in (string[])[known, PipelineInstance.NewApp().Value])
        {
            answers.Add(await server.SendAsync(
                http, HttpMethod.Parse(method), $"api/{path.Replace("{app}", app, StringComparison.Ordinal)}", hasBody ? DeviceServer.Body(app) : null));
        }

        Assert.Equal(200, answers[0].Status);
        Assert.Equal(answers[1], answers[0]);
    }

    [Fact]
    public async Task Change_needs_the_tag_of_what_it_changes()
    {
        var app = await server.NewAppAsync();
        var path = $"api/manage/apps/{app}/authentication";
        using var http = new HttpClient(server.Connect());
        var known = await server.SendAsync(http, HttpMethod.Get, path);
        await server.IssueKeyAsync(app);

        Assert.Equal("""{"methods":["none"],"appKeys":[]}""", known.Text);
        Assert.Equal(428, (await server.SendAsync(http, HttpMethod.Put, path, """{"methods":["app_key"]}""")).Status);
        Assert.Equal(412, (await server.SendAsync(http, HttpMethod.Put, path, """{"methods":["app_key"]}""", known.ETag)).Status);
    }

    private async Task RequireAsync(string app, string? key, bool isServed)
    {
        var device = server.DeviceOf(app);
        var query = key is null ? "" : $"?key={key}";
        var profile = device with { UpdateUrl = new Uri(device.UpdateUrl + query), ChannelUrl = new Uri(device.ChannelUrl + query) };
        var answer = await DeviceServer.CheckAsync(profile, server.Connect());
        Assert.True(isServed == answer is Offer, $"{answer}");
    }
}
