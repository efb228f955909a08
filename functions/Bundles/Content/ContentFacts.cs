using System.Collections.Immutable;

namespace Serverless.Bundles.Content;

/// <summary>What one reading of a bundle's files found.</summary>
/// <param name="CallsNotifyAppReady">A script or page mentions <c>notifyAppReady</c>, without which devices roll every bundle back.</param>
/// <param name="ScriptOrigins">Other origins that page or scripts take code from, as far as they say so in plain words.</param>
/// <param name="Policies">The start page's content security policies, as written.</param>
/// <param name="Findings">Broken rules on single files.</param>
internal sealed record ContentFacts(bool CallsNotifyAppReady, ImmutableSortedSet<string> ScriptOrigins, ImmutableArray<string> Policies, ImmutableArray<ContentFinding> Findings);
