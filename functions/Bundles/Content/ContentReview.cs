using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Serverless.Releases;

namespace Serverless.Bundles.Content;

/// <summary>
/// Holds what a bundle contains against the rules, and against the release that its channel leads to until now: of that one the origins and
/// policies are kept with the release, so that no bundle is read for it.
/// </summary>
internal sealed class ContentReview(ReleaseCatalog catalog, IOptions<ContentOptions> options)
{
    private const int MaxOrigins = 64;

    /// <param name="upload">The developer's act.</param>
    /// <param name="facts">What the bundle holds.</param>
    /// <param name="metadata">What the developer said about it, such as rules that it may break.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The rejection, or null; and what is to be kept with the release.</returns>
    public async Task<(Rejection? Rejection, ReleaseContent Content)> JudgeAsync(
        UploadName upload, ContentFacts facts, UploadMetadata metadata, CancellationToken cancellation)
    {
        var content = new ReleaseContent([.. facts.ScriptOrigins.Take(MaxOrigins)], [.. facts.Policies.Select(ContentSecurityPolicy.Normalize)], []);
        ImmutableArray<ContentFinding> findings =
        [
            .. facts.Findings,
            .. FindRemote(content),
            .. FindChanges(content, await FindPreviousAsync(upload, cancellation)),
        ];
        return (Refuse(findings, metadata), content with { Warnings = [.. findings.Where(finding => options.Value.For(finding.Code) is not ContentAction.Off)] });
    }

    /// <summary>The same for a release that comes to another channel; its own files were judged when it was published.</summary>
    public async Task<Rejection?> JudgePromotionAsync(UploadName upload, Release release, UploadMetadata metadata, CancellationToken cancellation) =>
        release.Content is { } content ? Refuse([.. FindChanges(content, await FindPreviousAsync(upload, cancellation))], metadata) : null;

    private async Task<ReleaseContent?> FindPreviousAsync(UploadName upload, CancellationToken cancellation)
    {
        var channel = await catalog.FindChannelAsync(upload.App, upload.Channel, cancellation);
        return channel?.Newest is { } version && await catalog.FindReleaseAsync(upload.App, version, cancellation) is { } release
            ? release.Content
            : null;
    }

    private static IEnumerable<ContentFinding> FindRemote(ReleaseContent content)
    {
        if (content.ScriptOrigins is [var origin, ..])
        {
            yield return new ContentFinding(ContentRule.RemoteScript, $"The bundle takes code from {origin}, which its signature does not cover.");
        }

        if (content.Policies.All(policy => policy.Length == 0))
        {
            yield return new ContentFinding(ContentRule.CspMissing, "The page sets no content security policy.");
        }
    }

    private static IEnumerable<ContentFinding> FindChanges(ReleaseContent content, ReleaseContent? previous)
    {
        if (previous is null)
        {
            yield break;
        }

        if (content.ScriptOrigins.Except(previous.ScriptOrigins, StringComparer.Ordinal).FirstOrDefault() is { } origin)
        {
            yield return new ContentFinding(ContentRule.NewScriptOrigin, $"The bundle takes code from {origin}, which the channel's previous release does not.");
        }

        if (ContentSecurityPolicy.FindLoosened(previous.Policies, content.Policies) is { } difference)
        {
            yield return new ContentFinding(ContentRule.CspLoosened, $"The content security policy is looser than that of the channel's previous release: {difference}.");
        }
    }

    private Rejection? Refuse(ImmutableArray<ContentFinding> findings, UploadMetadata metadata) =>
        findings.FirstOrDefault(finding => options.Value.For(finding.Code) is ContentAction.Error && !metadata.Allows(finding.Code)) is { } broken
            ? new Rejection(broken.Code, broken.Sentence, broken.Entry)
            : null;
}
