using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Device.Answers;
using Serverless.Device.Bundles;

namespace Serverless.Device.Manifests;

/// <summary>Asks the server how much of a delta update is left to transfer.</summary>
internal sealed class BundleSizeQuery(DeviceInfo info, ServerCall server, RateLimit limit, ManifestPlan plan, DeltaCache local)
{
    /// <exception cref="HarmfulAnswerException">The answer is not one to this question.</exception>
    public async Task<BundleSize> AskAsync(Offer offer, string running, CancellationToken cancellationToken)
    {
        if (limit.BlocksChecks || !TryFindMissing(offer, out var missing))
        {
            return BundleSize.Unknown(offer.Manifest);
        }

        var body = info.Describe(running);
        body["version"] = offer.Version;
        body["manifest"] = new JsonArray([.. missing.Select(Describe)]);
        var reply = await server.SendAsync(HttpMethod.Post, Url, JsonSerializer.SerializeToUtf8Bytes(body), cancellationToken);
        return reply.Answer is { } answer ? BundleSizeReader.Read(answer, missing) : BundleSize.Unknown(missing);
    }

    /// <summary>A path segment more, and the query lost.</summary>
    private Uri Url => new($"{info.Profile.UpdateUrl.GetLeftPart(UriPartial.Path).TrimEnd('/')}/manifest_size");

    private bool TryFindMissing(Offer offer, out IReadOnlyList<ManifestFile> missing)
    {
        try
        {
            missing = [.. plan.Resolve(offer).Where(file => local.Find(file) is null).Select(file => file.File)];
            return true;
        }
        catch (BundleFailedException)
        {
            missing = [];
            return false;
        }
    }

    private static JsonObject Describe(ManifestFile file) => new()
    {
        ["file_name"] = file.Name,
        ["file_hash"] = file.Hash,
        ["download_url"] = file.Url.OriginalString,
    };
}
