using System.Net;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Faults;

namespace Serverless.Tests.Fixtures;

public sealed class StorageProxyTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    private EchoStorage _storage = null!;
    private StorageProxy _proxy = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _storage = await EchoStorage.StartAsync(Cancelled);
        _proxy = await StorageProxy.StartAsync(_storage.ConnectionString, Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _proxy.DisposeAsync();
        await _storage.DisposeAsync();
    }

    [Theory]
    [InlineData("/uploads/com.example.app/production/1.4.1%2B7.zip?comp=block&blockid=QQ%3D%3D&sig=a%2Fb%3D")]
    [InlineData("/uploads/a%252Fb%20c/../d//e?restype=container")]
    [InlineData("/Releases(PartitionKey='app%27s',RowKey='1')?$select=A%2CB")]
    public async Task Target_is_passed_on_as_written(string target)
    {
        using var answer = await SendAsync(HttpMethod.Get, StorageService.Blob, target);

        Assert.Equal("/devstoreaccount1" + target, Assert.Single(_storage.Received).Target);
    }

    [Fact]
    public async Task Headers_and_body_go_both_ways_unchanged()
    {
        var body = Enumerable.Range(0, 300_000).Select(value => (byte)value).ToArray();
        using var request = Request(HttpMethod.Put, StorageService.Blob, "/uploads/a");
        request.Content = new ByteArrayContent(body);
        request.Headers.TryAddWithoutValidation("Authorization", "SharedKey devstoreaccount1:c2ln");
        request.Headers.TryAddWithoutValidation("If-None-Match", "*");
        request.Headers.TryAddWithoutValidation("x-ms-date", "Mon, 01 Jan 2029 00:00:00 GMT");
        request.Content.Headers.TryAddWithoutValidation("Content-MD5", "bWQ1");

        using var answer = await _client.SendAsync(request, Cancelled);

        var received = Assert.Single(_storage.Received);
        Assert.Equal(body, received.Body);
        Assert.Equal("SharedKey devstoreaccount1:c2ln", received.Headers["Authorization"]);
        Assert.Equal("*", received.Headers["If-None-Match"]);
        Assert.Equal("Mon, 01 Jan 2029 00:00:00 GMT", received.Headers["x-ms-date"]);
        Assert.Equal("bWQ1", received.Headers["Content-MD5"]);
        Assert.Equal("300000", received.Headers["Content-Length"]);
        Assert.Equal(request.RequestUri!.Authority, received.Headers["Host"]);
        Assert.Equal(
            ["Authorization", "Content-Length", "Content-MD5", "Host", "If-None-Match", "x-ms-date"],
            received.Headers.Keys.Order(StringComparer.OrdinalIgnoreCase));

        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.Equal("\"0x8D\"", answer.Headers.ETag!.Tag);
        Assert.Equal(["gzip"], answer.Content.Headers.ContentEncoding);
        Assert.Equal(["a=1"], answer.Headers.GetValues("Set-Cookie"));
        Assert.Equal(body, await answer.Content.ReadAsByteArrayAsync(Cancelled));
    }

    [Fact]
    public async Task Empty_put_keeps_its_length_and_a_bodiless_get_gets_none()
    {
        using var put = await SendAsync(HttpMethod.Put, StorageService.Blob, "/uploads?restype=container");
        using var get = await SendAsync(HttpMethod.Get, StorageService.Blob, "/uploads?restype=container");

        Assert.Equal("0", _storage.Received[0].Headers["Content-Length"]);
        Assert.False(_storage.Received[1].Headers.ContainsKey("Content-Length"));
    }

    [Fact]
    public async Task Each_service_reaches_its_own_port()
    {
        foreach (var service in Enum.GetValues<StorageService>())
        {
            using var answer = await SendAsync(HttpMethod.Head, service, "/thing");
        }

        Assert.Equal(_storage.Ports, _storage.Received.Select(received => received.Port));
    }

    [Fact]
    public async Task Operations_are_counted_by_kind_without_their_query()
    {
        using var first = await SendAsync(HttpMethod.Put, StorageService.Blob, "/bundles/a%20b?comp=block&sig=secret");
        using var second = await SendAsync(HttpMethod.Put, StorageService.Blob, "/bundles/a%20b?comp=block&sig=secret");
        using var third = await SendAsync(HttpMethod.Get, StorageService.Table, "/Releases(PartitionKey='a',RowKey='b')");

        Assert.Equal(new Dictionary<string, int> { ["Blob PUT block"] = 2, ["Table GET"] = 1 }, _proxy.Operations);
        Assert.Equal(new StorageRequest(StorageService.Blob, "PUT", "bundles/a%20b", "block"), _proxy.Requests[0]);
        Assert.Equal("Releases", _proxy.Requests[2].Container);
        Assert.Equal(2, _proxy.Count(request => request.IsWrite));
    }

    [Fact]
    public async Task Request_held_before_forwarding_reaches_storage_only_when_released()
    {
        using var hold = _proxy.Hold(request => request.IsWrite, Stage.BeforeForwarding);
        var put = SendAsync(HttpMethod.Put, StorageService.Blob, "/bundles/a");
        var held = await hold.Reached.WaitAsync(Deadline, Cancelled);
        using var passed = await SendAsync(HttpMethod.Get, StorageService.Blob, "/bundles/b");

        var before = _storage.Received.Select(received => received.Method).ToArray();
        hold.Release();
        using var answer = await put;

        Assert.Equal("bundles/a", held.Path);
        Assert.Equal(["GET"], before);
        Assert.Equal(["GET", "PUT"], _storage.Received.Select(received => received.Method));
    }

    [Fact]
    public async Task Request_held_after_forwarding_is_done_but_not_answered()
    {
        using var hold = _proxy.Hold(request => request.IsWrite, Stage.AfterForwarding);
        var put = SendAsync(HttpMethod.Put, StorageService.Blob, "/bundles/a");
        await hold.Reached.WaitAsync(Deadline, Cancelled);

        var (done, answered) = (_storage.Received.Count, put.IsCompleted);
        hold.Release();
        using var answer = await put;

        Assert.Equal((1, false), (done, answered));
    }

    [Fact]
    public async Task Held_request_whose_client_dies_never_reaches_storage()
    {
        using var hold = _proxy.Hold(request => request.IsWrite, Stage.BeforeForwarding);
        using var client = new CancellationTokenSource();
        var put = _client.SendAsync(Request(HttpMethod.Put, StorageService.Blob, "/bundles/a"), client.Token);
        await hold.Reached.WaitAsync(Deadline, Cancelled);

        await client.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => put);
        await Eventually.True(() => hold.Waiting == 0, "The proxy should have noticed that the client is gone.", Deadline);
        hold.Release();
        using var next = await SendAsync(HttpMethod.Get, StorageService.Blob, "/bundles/a");

        Assert.Equal(["GET"], _storage.Received.Select(received => received.Method));
    }

    [Fact]
    public async Task Busy_storage_recovers_after_the_given_number_of_answers()
    {
        using var fault = _proxy.Fail(_ => true, status: 503, times: 2, retryAfter: TimeSpan.FromSeconds(3));

        using var first = await SendAsync(HttpMethod.Get, StorageService.Blob, "/a");
        using var second = await SendAsync(HttpMethod.Get, StorageService.Blob, "/a");
        using var third = await SendAsync(HttpMethod.Get, StorageService.Blob, "/a");

        Assert.Equal(
            [HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable, HttpStatusCode.Found],
            [first.StatusCode, second.StatusCode, third.StatusCode]);
        Assert.Equal(["ServerBusy"], first.Headers.GetValues("x-ms-error-code"));
        Assert.Equal(TimeSpan.FromSeconds(3), first.Headers.RetryAfter!.Delta);
        Assert.Equal(2, fault.Hits);
        Assert.Single(_storage.Received);
    }

    [Fact]
    public async Task Work_can_be_done_and_the_answer_lost()
    {
        using var fault = _proxy.Reset(request => request.IsWrite, stage: Stage.AfterForwarding);

        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(HttpMethod.Put, StorageService.Queue, "/events/messages"));

        Assert.Equal("/devstoreaccount1/events/messages", Assert.Single(_storage.Received).Target);
    }

    [Fact]
    public async Task Delayed_request_arrives_all_the_same()
    {
        using var fault = _proxy.Delay(_ => true, TimeSpan.FromMilliseconds(1));

        using var answer = await SendAsync(HttpMethod.Get, StorageService.Table, "/Releases");

        Assert.Equal(1, fault.Hits);
        Assert.Single(_storage.Received);
    }

    [Fact]
    public async Task Predicate_may_count_to_the_nth_write()
    {
        var writes = 0;
        using var hold = _proxy.Hold(request => request.IsWrite && ++writes == 2, Stage.BeforeForwarding);

        using var first = await SendAsync(HttpMethod.Put, StorageService.Blob, "/bundles/1");
        var second = SendAsync(HttpMethod.Put, StorageService.Blob, "/bundles/2");
        var held = await hold.Reached.WaitAsync(Deadline, Cancelled);
        hold.Release();
        using var answer = await second;

        Assert.Equal("bundles/2", held.Path);
    }

    [Fact]
    public async Task Connection_string_without_endpoints_is_refused()
    {
        var refusal = await Assert.ThrowsAsync<ArgumentException>(() => StorageProxy.StartAsync("UseDevelopmentStorage=true", Cancelled));

        Assert.StartsWith("The connection string names no BlobEndpoint, QueueEndpoint, TableEndpoint.", refusal.Message, StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, StorageService service, string target)
    {
        using var request = Request(method, service, target);
        return await _client.SendAsync(request, Cancelled);
    }

    private HttpRequestMessage Request(HttpMethod method, StorageService service, string target)
    {
        var endpoint = _proxy.ConnectionString
            .Split(';')
            .Single(part => part.StartsWith($"{service}Endpoint=", StringComparison.Ordinal))
            .Split('=', 2)[1];
        var verbatim = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        return new HttpRequestMessage(method, new Uri(endpoint + target, verbatim));
    }
}
