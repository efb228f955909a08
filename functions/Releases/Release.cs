using System.Collections.Immutable;
using Serverless.Bundles;
using Serverless.Signing;

namespace Serverless.Releases;

/// <summary>A bundle that intake has accepted. Fixed for ever but for <see cref="WithdrawnBecause"/>, <see cref="PausedBecause"/>, <see cref="CollectedAt"/> and for forms that are added for later keys.</summary>
internal sealed record Release
{
    public required BundleVersion Version { get; init; }

    /// <summary>Counts an app's releases from 1; never reused.</summary>
    public required long Sequence { get; init; }

    /// <summary>Of the zip as the developer dropped it; differs from <see cref="Zip"/> only where intake had to repack.</summary>
    public required Sha256Digest UploadSha256 { get; init; }

    /// <summary>The zip that devices without a key get.</summary>
    public required BundleDigests Zip { get; init; }

    /// <summary>One for each signing key that was active at intake, and for each that signed the release later.</summary>
    public required ImmutableArray<SignedForm> SignedForms { get; init; }

    public required int FileCount { get; init; }

    /// <summary>The list of its files for devices without a key; null where there is only the zip.</summary>
    public Sha256Digest? FileList { get; init; }

    /// <summary>When its bundle was dropped, so that an intake that is run again makes the same release.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    public BundleNotes Notes { get; init; } = BundleNotes.None;

    /// <summary>What intake found in the bundle; null for releases of before it looked.</summary>
    public ReleaseContent? Content { get; init; }

    /// <summary>Why the release may not be offered any more; null while it may.</summary>
    public string? WithdrawnBecause { get; init; }

    /// <summary>Why the release is offered to nobody new although it may stay where it runs; null while it is not paused.</summary>
    public string? PausedBecause { get; init; }

    /// <summary>When it was found that nothing needs it: nothing may lead to it any more, and its blobs go. Null while they stay, and once it was uploaded again.</summary>
    public DateTimeOffset? CollectedAt { get; init; }

    /// <summary>The form for devices that carry a key, or null when this release was not signed with it.</summary>
    /// <param name="keyId">As sent: plugins up to 8.40.7 send its first four characters only, which must then mean one key alone.</param>
    public SignedForm? FormFor(string keyId) => keyId.Length < SigningPublicKey.KeyIdLength
        ? SignedForms.Where(form => form.KeyId.StartsWith(keyId, StringComparison.Ordinal)).Take(2).ToArray() is [var only] ? only : null
        : SignedForms.FirstOrDefault(form => form.KeyId == keyId);
}

/// <summary>What a developer said about a bundle in blob metadata.</summary>
/// <param name="Notes">For people.</param>
/// <param name="MinNative">Lowest native version the bundle runs in.</param>
/// <param name="Link">Shown by the app.</param>
/// <param name="Comment">Shown by the app.</param>
/// <param name="RollbackFloor">The lowest version that devices may go back to from it, because it changed data that older ones cannot read.</param>
internal sealed record BundleNotes(string? Notes = null, string? MinNative = null, string? Link = null, string? Comment = null, BundleVersion? RollbackFloor = null)
{
    public static readonly BundleNotes None = new();
}
