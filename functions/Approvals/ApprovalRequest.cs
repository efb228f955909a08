using System.Collections.Immutable;
using Azure;
using Serverless.Bundles;
using Serverless.Channels;
using Serverless.Releases;

namespace Serverless.Approvals;

/// <summary>A release that is to come to a channel, and what approvers said. There is one for each channel and version.</summary>
internal sealed record ApprovalRequest
{
    public required ChannelName Channel { get; init; }

    public required BundleVersion Version { get; init; }

    /// <summary>Of the bundle as it was dropped: what approvers have looked at. Other bytes are another request.</summary>
    public required Sha256Digest Sha256 { get; init; }

    /// <summary>What the developer said about the bundle; null for a release that exists already.</summary>
    public UploadMetadata? Metadata { get; init; }

    /// <summary>Which upload waits in the drop zone, by <see cref="TagOf"/>; null when none does.</summary>
    public string? Upload { get; init; }

    /// <summary>Who brought it; null when nobody knows.</summary>
    public string? By { get; init; }

    public required DateTimeOffset AskedAt { get; init; }

    /// <summary>Of the devices, that the channel is to lead to it in the end.</summary>
    public required int Percent { get; init; }

    /// <summary>The policy under which all that follows was given.</summary>
    public required long Policy { get; init; }

    /// <summary>One for each approver, in the order of their times.</summary>
    public ImmutableArray<Approval> Approvals { get; init; } = [];

    /// <summary>Of the devices, that enough approvers agreed to; 0 while they have not.</summary>
    public int Granted { get; init; }

    /// <summary>Who lifted the need for approvals, and why.</summary>
    public SoleDecision? BreakGlass { get; init; }

    /// <summary>Who decided against it, and why.</summary>
    public SoleDecision? Declined { get; init; }

    /// <summary>When the channel began to lead devices to it.</summary>
    public DateTimeOffset? UsedAt { get; init; }

    /// <summary>Tells a version of a blob. Listings and properties disagree about the quotes of an ETag.</summary>
    public static string TagOf(ETag upload) => upload.ToString().Trim('"');

    /// <summary>Whether this very upload waits for it.</summary>
    public bool IsOf(ETag upload) => Upload == TagOf(upload);

    /// <summary>Under which the ledger tells of it.</summary>
    public string Subject() => $"{Channel}/{Version}";

    /// <summary>Of the devices, that the channel may lead to it now.</summary>
    public int GrantedUnder(ApprovalPolicy policy) => Policy == policy.Number && Declined is null ? Granted : 0;

    /// <summary>Whether it is about these bytes, described in these words.</summary>
    public bool IsAbout(Sha256Digest sha256, UploadMetadata? metadata) => Sha256 == sha256 && Metadata == metadata;
}
