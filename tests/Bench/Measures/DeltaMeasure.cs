using Serverless.Device;
using Serverless.Tests.Support.Bundles;

namespace Serverless.Bench.Measures;

/// <summary>What a device transfers for a release in which one file has changed, beside the whole zip.</summary>
internal static class DeltaMeasure
{
    private const double Bound = 0.05;
    private const string Next = "1.0.1";

    public static async Task<ResultTable> RunAsync(Stage stage)
    {
        await using var server = await stage.StartAsync();
        const string app = $"{Stage.App}.delta";
        var zip = AssortedBundle.Of(Next).Zip();
        await stage.DropAsync(app, Stage.Version, new BinaryData(AssortedBundle.Of(Stage.Version).Zip()));
        await stage.PublishedAsync(app, Stage.Version);

        using var answers = new AnswerBytes();
        using var http = new HttpClient(answers);
        var device = new PluginDevice(DeviceProfile.For(server.Address, app) with { VersionBuild = "1.0.0-rc.1" }, http, new DeviceOptions());
        await UpdateAsync(device, Stage.Version);

        await stage.DropAsync(app, Next, new BinaryData(zip));
        await stage.PublishedAsync(app, Next);
        var (files, answer) = await UpdateAsync(device, Next, answers);
        var share = (double)(files + answer) / zip.Length;
        return new ResultTable(
            "Delta",
            "Bytes that a device transfers from one release to the next, in which one small file of 529 has changed.",
            ["", "whole zip", "files", "answer that lists them", "share of the zip"],
            [["bytes", $"{zip.Length:N0}", $"{files:N0}", $"{answer:N0}", $"{share:P1}"]])
        {
            Verdicts = [new Verdict("one-file change in a 5 MB app", $"≤ {Bound:P0} of the zip", $"{share:P1}", share <= Bound)],
        };
    }

    /// <returns>What was transferred for the version.</returns>
    private static async Task<(long Files, long Answer)> UpdateAsync(PluginDevice device, string version, AnswerBytes? answers = null)
    {
        while (true)
        {
            answers?.Forget();
            if (await device.ForegroundAsync(CancellationToken.None) is UpdateQueued queued && queued.Bundle.Version == version)
            {
                var answer = answers?.Last ?? 0;
                await device.BackgroundAsync(CancellationToken.None);
                await device.LaunchAsync(CancellationToken.None);
                return (queued.BytesDownloaded, answer);
            }
        }
    }

    /// <summary>Weighs the answers to checks as they are sent.</summary>
    private sealed class AnswerBytes() : DelegatingHandler(new SocketsHttpHandler())
    {
        public long Last { get; private set; }

        public void Forget() => Last = 0;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            if (request.RequestUri!.AbsolutePath is "/api/updates")
            {
                await answer.Content.LoadIntoBufferAsync(cancellationToken);
                Last = Math.Max(Last, answer.Content.Headers.ContentLength ?? 0);
            }

            return answer;
        }
    }
}
