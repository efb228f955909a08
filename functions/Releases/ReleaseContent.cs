using System.Collections.Immutable;
using Serverless.Bundles.Content;

namespace Serverless.Releases;

/// <summary>What intake found in a bundle, kept so that the next one can be held against it without reading this one again.</summary>
/// <param name="ScriptOrigins">Other origins that it takes code from, sorted.</param>
/// <param name="Policies">The page's content security policies, normalized.</param>
/// <param name="Warnings">Rules it breaks, and was published all the same.</param>
internal sealed record ReleaseContent(ImmutableArray<string> ScriptOrigins, ImmutableArray<string> Policies, ImmutableArray<ContentFinding> Warnings);
