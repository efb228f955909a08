using System.Collections.Immutable;

namespace Serverless.Retention;

/// <summary>What the next run does with the app's releases, as things stand.</summary>
/// <param name="Collects">Whether it does so, or <c>Retention:Collect</c> only lets it say what it would do.</param>
/// <param name="Going">Releases that nothing needs.</param>
/// <param name="GoingBytes">Of their zips.</param>
/// <param name="Staying">Releases that something needs.</param>
/// <param name="Releases">A page of both, newest first.</param>
/// <param name="Next">Where the next page begins; null at the end.</param>
internal sealed record RetentionPlan(bool Collects, int Going, long GoingBytes, int Staying, ImmutableArray<PlannedRelease> Releases, string? Next);

/// <param name="Version">Of the release.</param>
/// <param name="Sequence">Its place among the app's releases, from 1.</param>
/// <param name="CreatedAt">When its bundle was dropped.</param>
/// <param name="Size">Of the zip, in bytes.</param>
/// <param name="Stays">Something needs it.</param>
/// <param name="Because">What needs it, as a sentence; null when nothing does.</param>
internal sealed record PlannedRelease(string Version, long Sequence, DateTimeOffset CreatedAt, long Size, bool Stays, string? Because);
