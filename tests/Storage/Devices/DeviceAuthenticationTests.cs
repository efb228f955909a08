using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Serverless.Apps;
using Serverless.Channels;
using Serverless.Device;
using Serverless.Device.Answers;
using Serverless.Devices;
using Serverless.SyntheticDevices;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Certificates;

namespace Serverless.Tests.Storage.Devices;

/// <summary>Real devices over real TLS, each authenticating in one of the ways.</summary>
public sealed class DeviceAuthenticationTests(DeviceServer server) : IClassFixture<DeviceServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

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
        await server.AskAsync(app, Certificates("none", server.Authority.RevocationList(DateTimeOffset.UtcNow.AddDays(1), revoked)));

        Assert.IsType<Offer>(await CheckAsync(server.DeviceOf(app), server.Connect(good)));
        Assert.IsType<Refusal>(await CheckAsync(server.DeviceOf(app), server.Connect(forged)));
        Assert.IsType<Refusal>(await CheckAsync(server.DeviceOf(app), server.Connect(revoked)));
        Assert.IsType<Refusal>(await CheckAsync(server.DeviceOf(app), server.Connect()));
    }

    [Fact]
    public async Task Bound_certificate_serves_its_device_alone()
    {
        var app = await server.NewAppAsync();
        var device = server.DeviceOf(app);
        using var certificate = server.Authority.IssueToDevice("any", $"urn:uuid:{device.DeviceId}");
        await server.AskAsync(app, Certificates("subject_uri"));

        Assert.IsType<Offer>(await CheckAsync(device, server.Connect(certificate)));
        Assert.IsType<Refusal>(await CheckAsync(server.DeviceOf(app), server.Connect(certificate)));
    }

    [Fact]
    public async Task Certificate_in_a_header_is_nobodys()
    {
        var app = await server.NewAppAsync();
        using var good = server.Authority.IssueToDevice("fleet");
        await server.AskAsync(app, Certificates("none"));
        using var http = new HttpClient(server.Connect());
        http.DefaultRequestHeaders.Add("X-ARR-ClientCert", Convert.ToBase64String(good.RawData));

        var answer = await server.SendAsync(http, HttpMethod.Post, "api/updates", Body(app));

        Assert.Equal("app_not_found", answer.Json["error"]!.GetValue<string>());
    }

    [Fact]
    public async Task Device_enrols_by_a_code_and_signs_from_then_on()
    {
        var app = await server.NewAppAsync();
        var device = server.DeviceOf(app);
        await server.AskAsync(app, """{"methods":["signed_request"]}""");
        using var signer = new RequestSigner(server.Connect(), TimeProvider.System);
        Assert.IsType<Refusal>(await CheckAsync(device, signer));

        var code = await IssueCodeAsync(app);
        await EnrolAsync(signer, device, code);

        Assert.IsType<Offer>(await CheckAsync(device, signer));
        Assert.IsType<Refusal>(await CheckAsync(server.DeviceOf(app), signer));
        Assert.IsType<Refusal>(await CheckAsync(device, server.Connect()));
        Assert.DoesNotContain(server.Log.Messages, line => line.Contains(code, StringComparison.Ordinal) || line.Contains(device.DeviceId, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Code_is_good_once_and_takes_no_devices_place()
    {
        var app = await server.NewAppAsync();
        var device = server.DeviceOf(app);
        await server.AskAsync(app, """{"methods":["signed_request"]}""");
        using var signer = new RequestSigner(server.Connect(), TimeProvider.System);
        using var thief = new RequestSigner(server.Connect(), TimeProvider.System);
        var code = await IssueCodeAsync(app);
        await EnrolAsync(signer, device, code);

        // The same again, because its answer was lost, is answered alike.
        var first = signer.KeyId;
        await EnrolAsync(signer, device, code);
        Assert.Equal(first, signer.KeyId);

        await RequireEnrolmentRefusedAsync(thief, server.DeviceOf(app), code);
        await RequireEnrolmentRefusedAsync(thief, device, await IssueCodeAsync(app));
        await RequireEnrolmentRefusedAsync(thief, device, "ec_wrong");
        await RequireEnrolmentRefusedAsync(thief, server.DeviceOf("com.example.nowhere"), code);
        Assert.IsType<Offer>(await CheckAsync(device, signer));
    }

    [Fact]
    public async Task Code_for_a_device_gives_it_a_new_key_in_the_place_of_the_old_one()
    {
        var app = await server.NewAppAsync();
        var device = server.DeviceOf(app);
        await server.AskAsync(app, """{"methods":["signed_request"]}""");
        using var before = new RequestSigner(server.Connect(), TimeProvider.System);
        using var after = new RequestSigner(server.Connect(), TimeProvider.System);
        await EnrolAsync(before, device, await IssueCodeAsync(app));
        Assert.IsType<Offer>(await CheckAsync(device, before));

        var code = await IssueCodeAsync(app, $$"""{"device":"{{device.DeviceId}}"}""");
        await RequireEnrolmentRefusedAsync(after, server.DeviceOf(app), code);
        await EnrolAsync(after, device, code);

        Assert.IsType<Offer>(await CheckAsync(device, after));
        await Eventually.True(async () => await CheckAsync(device, before) is Refusal, "The old key should be good no more.");
    }

    [Fact]
    public async Task Device_enrols_by_the_certificate_that_names_it()
    {
        var app = await server.NewAppAsync();
        var device = server.DeviceOf(app);
        using var certificate = server.Authority.IssueToDevice(device.DeviceId);
        await server.AskAsync(app, Certificates("common_name", method: "signed_request"));
        using var enrolling = new RequestSigner(server.Connect(certificate), TimeProvider.System);

        await RequireEnrolmentRefusedAsync(enrolling, server.DeviceOf(app), code: null);
        await EnrolAsync(enrolling, device, code: null);

        Assert.IsType<Offer>(await CheckAsync(device, enrolling));
    }

    [Fact]
    public async Task Revoked_key_is_good_no_more_and_the_ledger_says_who_ended_it()
    {
        var app = await server.NewAppAsync();
        var device = server.DeviceOf(app);
        await server.AskAsync(app, """{"methods":["signed_request"]}""");
        using var signer = new RequestSigner(server.Connect(), TimeProvider.System);
        await EnrolAsync(signer, device, await IssueCodeAsync(app));
        Assert.IsType<Offer>(await CheckAsync(device, signer));

        var revoked = await server.ManageAsync(HttpMethod.Delete, $"{app}/devices/{device.DeviceId}/key");

        Assert.True(revoked.Json["revokedAt"] is not null, revoked.Text);
        Assert.IsType<Refusal>(await CheckAsync(device, signer));
        await RequireEnrolmentRefusedAsync(signer, device, await IssueCodeAsync(app));
    }

    [Fact]
    public async Task Revoked_key_is_not_taken_again_when_its_device_is_forgotten_but_others_are()
    {
        var app = await server.NewAppAsync();
        var device = server.DeviceOf(app);
        using var certificate = server.Authority.IssueToDevice(device.DeviceId);
        await server.AskAsync(app, Certificates("common_name", method: "signed_request"));
        using var stolen = new RequestSigner(server.Connect(certificate), TimeProvider.System);
        using var good = new RequestSigner(server.Connect(certificate), TimeProvider.System);
        await EnrolAsync(stolen, device, code: null);
        await server.ManageAsync(HttpMethod.Delete, $"{app}/devices/{device.DeviceId}/key");
        await EraseAsync();

        await RequireEnrolmentRefusedAsync(stolen, device, code: null);
        await EnrolAsync(good, device, code: null);
        await EraseAsync();
        await EnrolAsync(good, device, code: null);

        async Task EraseAsync() => Assert.Equal(1, (await server.ManageAsync(HttpMethod.Delete, $"{app}/devices/{device.DeviceId}")).Json["keys"]!.GetValue<int>());
    }

    [Fact]
    public async Task Overheard_request_is_not_answered_again()
    {
        var app = await server.NewAppAsync();
        var device = server.DeviceOf(app);
        await server.AskAsync(app, """{"methods":["signed_request"]}""");
        using var signer = new RequestSigner(server.Connect(), TimeProvider.System);
        await EnrolAsync(signer, device, await IssueCodeAsync(app));
        using var once = Check(app, device.DeviceId);
        await signer.SignAsync(once, Cancellation);
        using var again = Check(app, device.DeviceId);
        foreach (var (name, values) in once.Headers)
        {
            again.Headers.TryAddWithoutValidation(name, values);
        }

        again.Content!.Headers.Add("Content-Digest", once.Content!.Headers.GetValues("Content-Digest"));
        using var client = new HttpMessageInvoker(server.Connect());
        using var first = await client.SendAsync(once, Cancellation);
        using var second = await client.SendAsync(again, Cancellation);

        Assert.Null(JsonNode.Parse(await first.Content.ReadAsStringAsync(Cancellation))!["error"]);
        Assert.Equal("app_not_found", JsonNode.Parse(await second.Content.ReadAsStringAsync(Cancellation))!["error"]!.GetValue<string>());
    }

    [Fact]
    public async Task Key_is_read_once_however_often_its_device_asks()
    {
        var app = await server.NewAppAsync();
        var device = server.DeviceOf(app);
        await server.AskAsync(app, """{"methods":["signed_request"]}""");
        using var signer = new RequestSigner(server.Connect(), TimeProvider.System);
        await EnrolAsync(signer, device, await IssueCodeAsync(app));
        Assert.IsType<Offer>(await CheckAsync(device, signer));

        var table = server.Get<TableServiceClient>().GetTableClient("DeviceKeys");
        var row = Assert.Single(await table.QueryAsync<TableEntity>(row => row.PartitionKey == app, cancellationToken: Cancellation).ToListAsync(Cancellation));
        Assert.DoesNotContain(device.DeviceId, row.RowKey + row.GetString("Document"), StringComparison.OrdinalIgnoreCase);
        await table.DeleteEntityAsync(row, Azure.ETag.All, Cancellation);

        Assert.IsType<Offer>(await CheckAsync(device, signer));
    }

    [Fact]
    public async Task Synthetic_device_needs_nothing_more_than_its_id()
    {
        var app = await server.NewAppAsync();
        await server.IssueKeyAsync(app);
        await server.AskAsync(app, """{"methods":["app_key"]}""");
        var id = SyntheticDeviceId.Of(AppId.TryParse(app, out var parsed) ? parsed : default, ChannelName.Production, 0, server.Get<Pepper>());
        using var http = new HttpClient(server.Connect());

        Assert.Equal("1.0.0", (await server.SendAsync(http, HttpMethod.Post, "api/updates", Body(app, id))).Json["version"]!.GetValue<string>());
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
                http, HttpMethod.Parse(method), $"api/{path.Replace("{app}", app, StringComparison.Ordinal)}", hasBody ? Body(app) : null));
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

    private static string Body(string app, string device = "44f128a5-ac7a-4c9a-be4c-224b6bf81b20") => new JsonObject
    {
        ["platform"] = "android",
        ["device_id"] = device,
        ["app_id"] = app,
        ["version_build"] = "1.0.0-rc.1",
        ["version_name"] = "1.0.0-rc.1",
        ["plugin_version"] = "8.51.23",
        ["action"] = "update_fail",
        ["channel"] = "production",
        ["version"] = "1.0.0",
        ["manifest"] = new JsonArray(),
    }.ToJsonString();

    private HttpRequestMessage Check(string app, string device) => new(HttpMethod.Post, new Uri(server.Address, "api/updates"))
    {
        Content = new StringContent(Body(app, device), System.Text.Encoding.UTF8, "application/json"),
    };

    private async Task RequireAsync(string app, string? key, bool isServed)
    {
        var device = server.DeviceOf(app);
        var query = key is null ? "" : $"?key={key}";
        var profile = device with { UpdateUrl = new Uri(device.UpdateUrl + query), ChannelUrl = new Uri(device.ChannelUrl + query) };
        var answer = await CheckAsync(profile, server.Connect());
        Assert.True(isServed == answer is Offer, $"{answer}");
    }

    private static async Task<UpdateAnswer> CheckAsync(DeviceProfile profile, HttpMessageHandler way)
    {
        using var http = new HttpClient(way, disposeHandler: false);
        return await new PluginDevice(profile, http).CheckAsync(Cancellation);
    }

    private string Certificates(string binding, string? list = null, string method = "client_certificate") => new JsonObject
    {
        ["methods"] = new JsonArray(method),
        ["clientCertificates"] = new JsonObject
        {
            ["authorities"] = new JsonArray(server.Authority.Pem()),
            ["revocationLists"] = list is null ? new JsonArray() : new JsonArray(list),
            ["binding"] = binding,
        },
    }.ToJsonString();

    private async Task<string> IssueCodeAsync(string app, string order = "{}")
    {
        var issued = await server.ManageAsync(HttpMethod.Post, $"{app}/devices/enrolments", order);
        return issued.Status == 200 ? issued.Json["codes"]!.AsArray().Single()!.GetValue<string>() : throw new InvalidOperationException(issued.Text);
    }

    private async Task EnrolAsync(RequestSigner signer, DeviceProfile device, string? code)
    {
        var answer = await TryEnrolAsync(signer, device, code);
        Assert.True(answer.Status == 200, answer.Text);
        signer.KeyId = answer.Json["key_id"]!.GetValue<string>();
    }

    private async Task RequireEnrolmentRefusedAsync(RequestSigner signer, DeviceProfile device, string? code)
    {
        var answer = await TryEnrolAsync(signer, device, code);
        Assert.Equal((403, "enrolment_refused"), (answer.Status, answer.Json["error"]!.GetValue<string>()));
    }

    private async Task<DeviceServerAnswer> TryEnrolAsync(RequestSigner signer, DeviceProfile device, string? code)
    {
        using var http = new HttpClient(signer, disposeHandler: false);
        var wish = new JsonObject { ["app_id"] = device.AppId, ["device_id"] = device.DeviceId, ["public_key"] = signer.PublicKey };
        if (code is not null)
        {
            wish["code"] = code;
        }

        return await server.SendAsync(http, HttpMethod.Post, "api/device_keys", wish.ToJsonString());
    }
}
