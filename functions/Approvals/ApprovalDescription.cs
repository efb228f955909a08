using System.Collections.Immutable;
using Serverless.Channels;
using Serverless.Releases;

namespace Serverless.Approvals;

/// <summary>A request as people see it.</summary>
internal sealed record ApprovalDescription
{
    public required string Channel { get; init; }

    public required string Version { get; init; }

    /// <summary>Of the bundle as it was dropped: an approval names it.</summary>
    public required string Sha256 { get; init; }

    public required ApprovalState State { get; init; }

    /// <summary>Of the devices, that the channel is to lead to it in the end.</summary>
    public required int Percent { get; init; }

    /// <summary>Of the devices, that enough approvers agreed to.</summary>
    public required int Granted { get; init; }

    /// <summary>How many approvers have to agree; 0 when the channel needs none any more.</summary>
    public required int Required { get; init; }

    public required ImmutableArray<GivenApproval> Approvals { get; init; }

    /// <summary>Null when nobody knows.</summary>
    public string? UploadedBy { get; init; }

    public required DateTimeOffset AskedAt { get; init; }

    /// <summary>What the developer said about a new bundle.</summary>
    public BundleNotes? Notes { get; init; }

    /// <summary>Rules on content that the bundle may break, separated by commas; null when it may break none.</summary>
    public string? AllowedContent { get; init; }

    public SoleDecision? BreakGlass { get; init; }

    public SoleDecision? Declined { get; init; }

    public DateTimeOffset? UsedAt { get; init; }

    /// <param name="request">The request.</param>
    /// <param name="channel">Its channel.</param>
    /// <param name="now">Approvals whose time is over by then are left out.</param>
    public static ApprovalDescription Of(ApprovalRequest request, Channel channel, DateTimeOffset now)
    {
        var granted = channel.Approvals is { } policy ? request.GrantedUnder(policy) : 0;
        return new()
        {
            Channel = request.Channel.Value,
            Version = request.Version.Value,
            Sha256 = request.Sha256.Hex,
            State = StateOf(request, channel, granted),
            Percent = request.Percent,
            Granted = granted,
            Required = channel.Approvals?.Required ?? 0,
            Approvals = [.. Counting(request, channel.Approvals, now)],
            UploadedBy = request.By,
            AskedAt = request.AskedAt,
            Notes = request.Metadata?.Notes,
            AllowedContent = request.Metadata is { AllowedContent: { Length: > 0 } allowed } ? allowed : null,
            BreakGlass = request.BreakGlass,
            Declined = request.Declined,
            UsedAt = request.UsedAt,
        };
    }

    private static ApprovalState StateOf(ApprovalRequest request, Channel channel, int granted) => request switch
    {
        { Declined: not null } => ApprovalState.Declined,
        { UsedAt: not null, Upload: null } when channel.Rollout?.Candidate != request.Version => ApprovalState.Used,
        _ when channel.Approvals is not null && granted < request.Percent => ApprovalState.Waiting,
        { UsedAt: not null, Upload: null } => ApprovalState.Used,
        _ => ApprovalState.Granted,
    };

    private static IEnumerable<GivenApproval> Counting(ApprovalRequest request, ApprovalPolicy? policy, DateTimeOffset now) => policy is null || policy.Number != request.Policy
        ? []
        : request.Approvals
            .Where(approval => policy.Names(approval.By) && !ApprovalRule.IsExpired(policy, approval, now))
            .Select(approval => new GivenApproval(approval.By, approval.Percent, approval.At, approval.At + policy.ExpiresAfter));
}

/// <param name="By">The principal.</param>
/// <param name="Percent">Of the devices.</param>
/// <param name="At">When.</param>
/// <param name="ExpiresAt">When it counts no more, unless enough others came before.</param>
internal sealed record GivenApproval(string By, int Percent, DateTimeOffset At, DateTimeOffset ExpiresAt);

/// <summary>A page of what was asked for in an app.</summary>
/// <param name="Approvals">Those that wait first, then the newest.</param>
/// <param name="Next">Where the next page begins; null at the end.</param>
internal sealed record ApprovalList(ImmutableArray<ApprovalDescription> Approvals, string? Next);
