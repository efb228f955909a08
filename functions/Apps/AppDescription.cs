using System.Collections.Immutable;

namespace Serverless.Apps;

/// <summary>An app as the management API shows it.</summary>
/// <param name="Id">Such as <c>com.example.app</c>.</param>
/// <param name="Releases">Published so far.</param>
/// <param name="Channels">Made so far.</param>
/// <param name="OpenIncidents">Incidents that are neither resolved nor taken over.</param>
/// <param name="LedgerRows">Acts on record.</param>
/// <param name="LastRelease">The newest; null before the first.</param>
internal sealed record AppDescription(
    string Id, long Releases, int Channels, int OpenIncidents, long LedgerRows, LastRelease? LastRelease = null);

/// <param name="Version">Of the release.</param>
/// <param name="CreatedAt">When its bundle was dropped.</param>
internal sealed record LastRelease(string Version, DateTimeOffset CreatedAt);

/// <summary>A page of the apps that the caller may see.</summary>
/// <param name="Apps">In the order of their ids.</param>
/// <param name="Next">Where the next page begins; null at the end.</param>
internal sealed record AppList(ImmutableArray<AppDescription> Apps, string? Next = null);
