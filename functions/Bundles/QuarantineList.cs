using System.Collections.Immutable;

namespace Serverless.Bundles;

/// <summary>A page of an app's refused uploads.</summary>
/// <param name="Uploads">By name. There may be fewer than asked for, or none, and more behind them.</param>
/// <param name="Next">Where the next page begins; null at the end.</param>
internal sealed record QuarantineList(ImmutableArray<RefusedUpload> Uploads, string? Next = null);

/// <param name="Upload">As it was dropped: app, channel and version.</param>
/// <param name="Code">Why it was refused, for programs.</param>
/// <param name="Sentence">Why, for people.</param>
/// <param name="At">When.</param>
/// <param name="Entry">The offending entry of the zip, if one is at fault.</param>
internal sealed record RefusedUpload(string Upload, string Code, string Sentence, DateTimeOffset At, string? Entry = null);
