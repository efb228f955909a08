using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Serverless.Device;
using Serverless.Device.Answers;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Certificates;

namespace Serverless.Tests.Storage.Devices;

/// <summary>Devices that enrol a key of their own, and sign what they ask with it.</summary>
public sealed class SignedRequestTests(DeviceServer server) : IClassFixture<DeviceServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Device_enrols_by_a_code_and_signs_from_then_on()
    {
        var (app, device) = await NewDeviceAsync();
        using var signer = new RequestSigner(server.Connect(), TimeProvider.System);
        Assert.IsType<Refusal>(await DeviceServer.CheckAsync(device, signer));

        var code = await IssueCodeAsync(app);
        await EnrolAsync(signer, device, code);

        Assert.IsType<Offer>(await DeviceServer.CheckAsync(device, signer));
        Assert.IsType<Refusal>(await DeviceServer.CheckAsync(server.DeviceOf(app), signer));
        Assert.IsType<Refusal>(await DeviceServer.CheckAsync(device, server.Connect()));
        Assert.DoesNotContain(server.Log.Messages, line => line.Contains(code, StringComparison.Ordinal) || line.Contains(device.DeviceId, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Code_is_good_once_and_takes_no_devices_place()
    {
        var (app, device) = await NewDeviceAsync();
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
        Assert.IsType<Offer>(await DeviceServer.CheckAsync(device, signer));
    }

    [Fact]
    public async Task Code_for_a_device_gives_it_a_new_key_in_the_place_of_the_old_one()
    {
        var (app, device) = await NewDeviceAsync();
        using var before = new RequestSigner(server.Connect(), TimeProvider.System);
        using var after = new RequestSigner(server.Connect(), TimeProvider.System);
        await EnrolAsync(before, device, await IssueCodeAsync(app));
        Assert.IsType<Offer>(await DeviceServer.CheckAsync(device, before));

        var code = await IssueCodeAsync(app, $$"""{"device":"{{device.DeviceId}}"}""");
        await RequireEnrolmentRefusedAsync(after, server.DeviceOf(app), code);
        await EnrolAsync(after, device, code);

        Assert.IsType<Offer>(await DeviceServer.CheckAsync(device, after));
        await Eventually.True(async () => await DeviceServer.CheckAsync(device, before) is Refusal, "The old key should be good no more.");
    }

    [Fact]
    public async Task Device_enrols_by_the_certificate_that_names_it()
    {
        var app = await server.NewAppAsync();
        var device = server.DeviceOf(app);
        using var certificate = server.Authority.IssueToDevice(device.DeviceId);
        await server.AskAsync(app, server.Certificates("common_name", method: "signed_request"));
        using var enrolling = new RequestSigner(server.Connect(certificate), TimeProvider.System);

        await RequireEnrolmentRefusedAsync(enrolling, server.DeviceOf(app), code: null);
        await EnrolAsync(enrolling, device, code: null);

        Assert.IsType<Offer>(await DeviceServer.CheckAsync(device, enrolling));
    }

    [Fact]
    public async Task Revoked_key_is_good_no_more_and_the_ledger_says_who_ended_it()
    {
        var (app, device, enrolled) = await EnrolledAsync();
        using var signer = enrolled;
        Assert.IsType<Offer>(await DeviceServer.CheckAsync(device, signer));

        var revoked = await server.ManageAsync(HttpMethod.Delete, $"{app}/devices/{device.DeviceId}/key");

        Assert.True(revoked.Json["revokedAt"] is not null, revoked.Text);
        Assert.IsType<Refusal>(await DeviceServer.CheckAsync(device, signer));
        await RequireEnrolmentRefusedAsync(signer, device, await IssueCodeAsync(app));
    }

    [Fact]
    public async Task Revoked_key_is_not_taken_again_when_its_device_is_forgotten_but_others_are()
    {
        var app = await server.NewAppAsync();
        var device = server.DeviceOf(app);
        using var certificate = server.Authority.IssueToDevice(device.DeviceId);
        await server.AskAsync(app, server.Certificates("common_name", method: "signed_request"));
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
        var (app, device, enrolled) = await EnrolledAsync();
        using var signer = enrolled;
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
        var (app, device, enrolled) = await EnrolledAsync();
        using var signer = enrolled;
        Assert.IsType<Offer>(await DeviceServer.CheckAsync(device, signer));

        var table = server.Get<TableServiceClient>().GetTableClient("DeviceKeys");
        var row = Assert.Single(await table.QueryAsync<TableEntity>(row => row.PartitionKey == app, cancellationToken: Cancellation).ToListAsync(Cancellation));
        Assert.DoesNotContain(device.DeviceId, row.RowKey + row.GetString("Document"), StringComparison.OrdinalIgnoreCase);
        await table.DeleteEntityAsync(row, Azure.ETag.All, Cancellation);

        Assert.IsType<Offer>(await DeviceServer.CheckAsync(device, signer));
    }

    private HttpRequestMessage Check(string app, string device) => new(HttpMethod.Post, new Uri(server.Address, "api/updates"))
    {
        Content = new StringContent(DeviceServer.Body(app, device), System.Text.Encoding.UTF8, "application/json"),
    };

    /// <summary>An app that asks for signatures, and a device of it.</summary>
    private async Task<(string App, DeviceProfile Device)> NewDeviceAsync()
    {
        var app = await server.NewAppAsync();
        var device = server.DeviceOf(app);
        await server.AskAsync(app, """{"methods":["signed_request"]}""");
        return (app, device);
    }

    /// <summary>The same, and the device signs.</summary>
    private async Task<(string App, DeviceProfile Device, RequestSigner Signer)> EnrolledAsync()
    {
        var (app, device) = await NewDeviceAsync();
        var signer = new RequestSigner(server.Connect(), TimeProvider.System);
        await EnrolAsync(signer, device, await IssueCodeAsync(app));
        return (app, device, signer);
    }

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
