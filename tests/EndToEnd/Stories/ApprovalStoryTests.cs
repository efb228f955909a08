using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Serverless.Tests.EndToEnd.Conformance;
using Serverless.Tests.EndToEnd.Management;
using Serverless.Tests.Support;

namespace Serverless.Tests.EndToEnd.Stories;

/// <summary>A release of a guarded channel from the push to the devices, over HTTP.</summary>
[Collection(nameof(Conformance))]
public sealed class ApprovalStoryTests(ConformanceServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pushed_release_waits_for_an_approval_and_is_offered_with_it()
    {
        var app = await new ConformanceApp(server, "approvalstory").PublishAsync("1.4.1");
        var policy = $"{app.Id}/channels/production/approvals";
        var request = $"{policy}/1.5.0";
        await GuardAsync(app, policy);
        var zip = Path.Combine(Path.GetTempPath(), $"{app.Id}-1.5.0.zip");
        await File.WriteAllBytesAsync(zip, ConformanceApp.Zip("1.5.0"), Cancellation);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(ConformanceApp.Zip("1.5.0")));

        var push = await server.Deployment.PushAsync(zip, app.Id, "1.5.0");
        File.Delete(zip);
        var waiting = await server.ManageAsync(HttpMethod.Get, $"{app.Id}/approvals");
        var shown = await server.ManageAsync(HttpMethod.Get, request);
        await RequireOfferAsync(app, "1.4.1");
        var other = await server.ManageAsync(HttpMethod.Post, request, $$"""{"action":"approve","sha256":"{{new string('0', 64)}}"}""");
        var approved = await server.ManageAsync(HttpMethod.Post, request, $$"""{"action":"approve","sha256":"{{sha256}}"}""");
        await RequireOfferAsync(app, "1.5.0");

        Assert.True(push.ExitCode == 4, push.Output);
        Assert.Contains($"Accepted {app.Id} 1.5.0: it waits for 1 approvals on production, 0 given", push.StandardOutput, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.OK, "waiting", sha256), (shown.Status, shown.Body["state"]!.GetValue<string>(), shown.Body["sha256"]!.GetValue<string>()));
        Assert.Equal(shown.Body.ToJsonString(), Assert.Single(waiting.Body["approvals"]!.AsArray())!.ToJsonString());
        other.RequireProblem(HttpStatusCode.Conflict, "digest_mismatch");
        Assert.Equal((HttpStatusCode.OK, "granted"), (approved.Status, approved.Body["state"]!.GetValue<string>()));
        await Eventually.True(
            async () => (await server.ManageAsync(HttpMethod.Get, request)).Body["state"]!.GetValue<string>() == "used", "The approvals should be used.");
    }

    [Fact]
    public async Task Policy_is_read_and_set_with_the_channels_etag_and_what_is_wrong_is_said()
    {
        var app = await new ConformanceApp(server, "approvalpolicy").PublishAsync("1.4.1");
        var policy = $"{app.Id}/channels/production/approvals";

        var none = await server.ManageAsync(HttpMethod.Get, policy);
        var set = await server.ManageAsync(HttpMethod.Put, policy, """{"required":1,"approvers":["ann"],"expiresAfter":"1.00:00:00","uploaderMayApprove":false}""", none.ETag);
        var unset = await server.ManageAsync(HttpMethod.Put, policy, """{"required":0,"approvers":[]}""", set.ETag);

        Assert.Equal((HttpStatusCode.OK, """{"required":0,"approvers":[],"uploaderMayApprove":true}"""), (none.Status, none.Body.ToJsonString()));
        Assert.Equal("""{"required":1,"approvers":["ann"],"expiresAfter":"1.00:00:00","uploaderMayApprove":false}""", set.Body.ToJsonString());
        Assert.Equal((none.Body.ToJsonString(), none.ETag), (unset.Body.ToJsonString(), unset.ETag));
        (await server.ManageAsync(HttpMethod.Put, policy, """{"required":1,"approvers":["ann"]}""")).RequireProblem(HttpStatusCode.PreconditionRequired, "missing_if_match");
        (await server.ManageAsync(HttpMethod.Put, policy, """{"required":1,"approvers":["ann"]}""", set.ETag)).RequireProblem(HttpStatusCode.PreconditionFailed, "changed_meanwhile");
        (await server.ManageAsync(HttpMethod.Put, policy, """{"required":2,"approvers":["ann"]}""", "*")).RequireProblem(HttpStatusCode.BadRequest, "invalid_member", "required");
        (await server.ManageAsync(HttpMethod.Get, $"{policy}/1.5.0")).RequireProblem(HttpStatusCode.NotFound, "approval_not_found");
        (await server.ManageAsync(HttpMethod.Post, $"{policy}/1.5.0", """{"action":"approve"}""")).RequireProblem(HttpStatusCode.BadRequest, "invalid_member", "sha256");
        (await server.ManageAsync(HttpMethod.Post, $"{policy}/1.5.0", $$"""{"action":"break_glass","sha256":"{{new string('0', 64)}}"}""")).RequireProblem(HttpStatusCode.BadRequest, "invalid_member", "reason");
    }

    /// <summary>Makes the caller the only approver, under the id by which the ledger knows it.</summary>
    private async Task GuardAsync(ConformanceApp app, string policy)
    {
        await server.ManageAsync(HttpMethod.Put, policy, """{"required":1,"approvers":["nobody"]}""", "*");
        var caller = (await server.Catalog.ReadLedgerAsync(StoredState.Id(app.Id), Cancellation).Select(row => row.Read()).LastAsync(entry => entry.Kind == "channel.approvals", Cancellation)).Actor;
        var set = await server.ManageAsync(HttpMethod.Put, policy, new JsonObject { ["required"] = 1, ["approvers"] = new JsonArray(caller) }.ToJsonString(), "*");
        Assert.Equal(HttpStatusCode.OK, set.Status);
    }

    private static Task RequireOfferAsync(ConformanceApp app, string version) => Eventually.True(
        async () => (await app.CheckAsync(app.Android())).Body["version"]?.GetValue<string>() == version, $"The device should be offered {version}.");
}
