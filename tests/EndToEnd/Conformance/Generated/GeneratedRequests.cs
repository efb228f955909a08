using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using CsCheck;
using Serverless.Device.Answers;

namespace Serverless.Tests.EndToEnd.Conformance.Generated;

/// <summary>
/// For any request the answer is one that the strictest client can read. The same requests in every run; the environment variable
/// <c>GENERATED_REQUESTS</c> asks for more of them.
/// </summary>
[Collection(nameof(Conformance))]
public sealed class GeneratedRequests(ConformanceServer server)
{
    private const int Usual = 10_000;
    private const int AtOnce = 8;
    private const int Shrinks = 2_000;
    private const ulong Seed = 20_260_722;

    private static readonly string[] Expected =
    [
        "check: plain offer", "check: Offer", "check: BackToBuiltin", "check: UpToDate", "check: Blocked", "check: Failed", "check: fault",
        "report: event", "report: array", "report: fault",
        "channel: ok", "channel: default", "channel: override", "channel: list", "channel: refusal", "channel: fault",
    ];

    private readonly ConcurrentDictionary<string, int> _answers = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Any_request_is_answered_for_the_strictest_client()
    {
        await PrepareAsync();
        var publicKey = await server.Deployment.ReadPublicKeyAsync(AnyField.App);
        var requests = AnyRequest.For(AppKey.FromPem(publicKey).Id);
        var count = int.Parse(Environment.GetEnvironmentVariable("GENERATED_REQUESTS") ?? $"{Usual}", CultureInfo.InvariantCulture);

        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Cancellation }, async (number, _) =>
        {
            var random = new PCG((uint)number, Seed);
            var seed = random.ToString();
            var request = requests.Generate(random, null, out var size);
            if (await Record.ExceptionAsync(() => AskAsync(request, publicKey)) is not null)
            {
                // Fails again, looks for a smaller request that fails too, and names the seed.
                await requests.SampleAsync(smaller => AskAsync(smaller, publicKey), seed: seed, iter: Shrinks);
            }
        });

        using var health = await server.Deployment.Http.GetAsync(new Uri(server.Deployment.Server.Address, "api/health"), Cancellation);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', _answers.OrderBy(answer => answer.Key).Select(answer => $"{answer.Value,8} {answer.Key}")));

        // Requests that reach one answer only would prove little.
        Assert.Empty(Expected.Except(_answers.Keys));
    }

    /// <summary>An app with a release, a newer one on a channel to choose and one on a channel not to choose; and one that is to go back to builtin.</summary>
    private async Task PrepareAsync()
    {
        var app = await new ConformanceApp(server, "generated").PublishAsync("1.4.1");
        await app.PublishAsync("1.5.0", "beta");
        await app.PublishAsync("1.6.0", "private");
        await app.ChangeChannelAsync(channel => channel with { AllowSelfSet = false }, "private");
        var builtin = await new ConformanceApp(server, "generatedbuiltin").PublishAsync("1.4.1");
        await builtin.ChangeChannelAsync(channel => channel with { Target = null });
    }

    private async Task AskAsync(GeneratedRequest generated, string publicKey)
    {
        using var request = generated.ToHttp(server.Deployment.Server.Address);
        using var response = await server.Deployment.Http.SendAsync(request, Cancellation);
        var body = await response.Content.ReadAsByteArrayAsync(Cancellation);
        var kind = AnswerRules.Require(generated, new HttpAnswer((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, body), publicKey);
        _answers.AddOrUpdate(kind, 1, (_, before) => before + 1);
    }
}
