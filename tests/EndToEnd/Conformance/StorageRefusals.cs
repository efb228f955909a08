using System.Net;
using Serverless.Storage;
using Serverless.Tests.Support.Faults;
using StorageFault = Serverless.Tests.Support.Faults.StorageFault;

namespace Serverless.Tests.EndToEnd.Conformance;

/// <summary>Storage that answers and refuses: a role is missing, or what was asked for. Devices hear the same as in an outage, never a 5xx.</summary>
[Collection(nameof(Conformance))]
public sealed class StorageRefusals(ConformanceServer server)
{
    [Theory]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.NotFound)]
    public async Task Report_is_to_be_sent_again_later(HttpStatusCode status)
    {
        var app = await New("refusedreport").PublishAsync("1.4.1");
        using var refusal = Refuse(StorageService.Queue, Queues.FailureReports, status);

        var answer = await app.ReportAsync(app.Android("""{"action":"update_fail","version_name":"1.4.1"}"""));

        answer.Require(
            HttpStatusCode.TooManyRequests,
            """{"error":"too_many_requests","message":"Too many requests","kind":"failed","moreInfo":{"retryAfterSeconds":30}}""");
        Assert.Equal("30", answer.RetryAfter);
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.NotFound)]
    public async Task Check_gets_a_quiet_refusal(HttpStatusCode status)
    {
        var app = await New("refusedcheck").PublishAsync("1.4.1");
        using var refusal = Refuse(StorageService.Table, Tables.Outcomes, status);

        (await app.CheckAsync(app.Android())).Require(
            """{"error":"temporarily_unavailable","message":"<text>","kind":"blocked","version":"1.4.0"}""");
    }

    [Fact]
    public async Task Channel_call_gets_a_refusal()
    {
        var app = await New("refusedchannel").PublishAsync("1.4.1");
        await app.PublishAsync("1.4.2", "beta");
        using var refusal = Refuse(StorageService.Table, Tables.ChannelOverrides, HttpStatusCode.Forbidden);

        (await app.ChannelSelfAsync(HttpMethod.Post, app.Android("""{"plugin_version":"6.33.0","channel":"beta"}"""))).Require(
            """{"error":"temporarily_unavailable","message":"<text>"}""");
    }

    private StorageFault Refuse(StorageService service, string container, HttpStatusCode status) => server.Proxy.Fail(
        request => request.Service == service && request.Container == container, (int)status, times: int.MaxValue);

    private ConformanceApp New(string name) => new(server, name);
}
