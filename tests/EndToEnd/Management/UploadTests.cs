using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Serverless.Storage;
using Serverless.Tests.EndToEnd.Conformance;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Bundles;

namespace Serverless.Tests.EndToEnd.Management;

/// <summary>Zips that come by HTTP instead of into the storage account.</summary>
[Collection(nameof(Conformance))]
public sealed class UploadTests(ConformanceServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Zip_is_taken_and_followed_to_its_release()
    {
        var (status, answer) = await UploadAsync("com.example.uploaded/uploads/beta/1.0.0?notes=Gr%C3%B6%C3%9Fe&min_native=1.0.0", WebBundle.Small("1.0.0").Zip());

        Assert.Equal(HttpStatusCode.Accepted, status);
        var verdict = await FollowAsync(answer);
        Assert.Equal(("published", 1), ((string?)verdict["state"], (int?)verdict["release"]));
        Assert.Equal(((string?)answer["sha256"], false, 1), ((string?)verdict["sha256"], (bool?)verdict["repacked"], verdict["keys"]!.AsArray().Count));
        var release = await server.Storage.FindReleaseAsync("com.example.uploaded", "1.0.0");
        Assert.Equal(("Größe", "1.0.0"), (release!.Notes.Notes, release.Notes.MinNative));
    }

    [Fact]
    public async Task Zip_that_intake_refuses_is_told_with_its_code()
    {
        var (_, answer) = await UploadAsync("com.example.uploadrefused/uploads/production/1.0.0", "no zip"u8.ToArray());

        var verdict = await FollowAsync(answer);

        Assert.Equal(("rejected", "not_a_zip"), ((string?)verdict["state"], (string?)verdict["code"]));
    }

    [Theory]
    [InlineData("com.example.app/uploads/production/v1", "invalid_version", null)]
    [InlineData("com.example.app/uploads/builtin/1.0.0", "invalid_channel", null)]
    [InlineData("nonsense/uploads/production/1.0.0", "invalid_app_id", null)]
    [InlineData("com.example.app/uploads/production/1.0.0?min_native=new", "invalid_metadata", null)]
    [InlineData("com.example.app/uploads/production/1.0.0?note=x", "invalid_parameter", "note")]
    [InlineData("com.example.app/uploads/production/1.0.0?notes=x&notes=y", "invalid_parameter", "notes")]
    public async Task Upload_that_says_what_cannot_be_is_refused_at_once(string path, string code, string? member)
    {
        var (status, problem) = await UploadAsync(path, [1]);

        Assert.Equal((HttpStatusCode.BadRequest, code, member), (status, (string?)problem["code"], (string?)problem["member"]));
    }

    [Fact]
    public async Task Verdict_of_what_was_never_uploaded_is_a_problem()
    {
        var answer = await server.ManageAsync(HttpMethod.Get, "com.example.app/uploads/production/1.0.0?upload=x");

        answer.RequireProblem(HttpStatusCode.BadRequest, "invalid_parameter", "upload");
    }

    [Fact]
    public async Task Upload_that_breaks_off_leaves_nothing_behind()
    {
        const string path = "com.example.brokenoff/uploads/production/1.0.0";
        var address = server.Deployment.Server.Address;
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, Cancellation);
        var stream = client.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"PUT /api/manage/apps/{path} HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {server.Token}\r\nContent-Length: 1000\r\n\r\nhalf"), Cancellation);
        client.Client.Shutdown(SocketShutdown.Send);

        // The server ends the connection when it has noticed.
        Assert.DoesNotContain("202", await ReadToEndAsync(stream), StringComparison.Ordinal);
        Assert.Empty(await server.Storage.ListBlobsAsync(Containers.Uploads, "com.example.brokenoff/"));
        Assert.Empty(await server.Storage.ListBlobsAsync(Containers.Quarantine, "com.example.brokenoff/"));
    }

    private static async Task<string> ReadToEndAsync(Stream stream)
    {
        try
        {
            using var reader = new StreamReader(stream);
            return await reader.ReadToEndAsync(Cancellation);
        }
        catch (IOException)
        {
            return "";
        }
    }

    private async Task<JsonNode> FollowAsync(JsonNode answer)
    {
        JsonNode? verdict = null;
        await Eventually.True(
            async () =>
            {
                var (status, told) = await SendAsync(HttpMethod.Get, $"{answer["follow"]}", content: null);
                Assert.Equal(HttpStatusCode.OK, status);
                verdict = told;
                return (string?)verdict["state"] is not "waiting";
            },
            "There should be a verdict.");
        return verdict!;
    }

    private Task<(HttpStatusCode Status, JsonNode Body)> UploadAsync(string path, byte[] zip) => SendAsync(HttpMethod.Put, $"/api/manage/apps/{path}", new ByteArrayContent(zip));

    private async Task<(HttpStatusCode Status, JsonNode Body)> SendAsync(HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, new Uri(server.Deployment.Server.Address, path)) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", server.Token);
        using var response = await server.Deployment.Http.SendAsync(request, Cancellation);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation))!);
    }
}
