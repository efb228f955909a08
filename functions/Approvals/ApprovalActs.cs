using System.Collections.Immutable;
using System.Text.Json;
using Serverless.Channels;
using Serverless.Ledger;

namespace Serverless.Approvals;

/// <summary>What an act makes of a request, and what the ledger says about it.</summary>
internal sealed record ApprovalAct(ApprovalRequest Request, ImmutableArray<LedgerEntry> Ledger);

/// <summary>Everything that can be done to a request. What is already so makes no act. Pure.</summary>
internal static class ApprovalActs
{
    private const string NoPolicy = "none";

    /// <param name="channel">The channel.</param>
    /// <param name="policy">Null for none.</param>
    /// <param name="actor">Who sets it.</param>
    public static ChannelAct SetPolicy(Channel channel, ApprovalPolicy? policy, string actor) => new(
        channel with { Approvals = policy }, [new LedgerEntry(LedgerKind.ChannelApprovals, actor, $"{channel.Name}", policy?.ToString() ?? NoPolicy)]);

    /// <summary>Does once more what an entry tells.</summary>
    /// <returns>Null when these are not the words of a policy.</returns>
    public static Channel? ReplayPolicy(Channel channel, string words) => words == NoPolicy
        ? channel with { Approvals = null }
        : ApprovalPolicy.Parse(words) is { } policy ? channel with { Approvals = policy } : null;

    /// <summary>
    /// Asks for approvals. Who asks again for the same keeps what was given; other bytes, other words about them, another uploader, another policy and a refusal void it.
    /// </summary>
    /// <param name="before">The request for this channel and version, if there is one.</param>
    /// <param name="asked">As it would be if nobody had asked before.</param>
    /// <param name="actor">Who asks.</param>
    public static ApprovalAct? Ask(ApprovalRequest? before, ApprovalRequest asked, string actor)
    {
        var isSame = before is { Declined: null } && before.IsAbout(asked.Sha256, asked.Metadata) && (before.By, before.Policy) == (asked.By, asked.Policy);
        var next = isSame ? before! with { Upload = asked.Upload, Percent = Math.Max(before.Percent, asked.Percent) } : asked;
        return next == before ? null : Tell(
            next,
            isSame ? [] : Voided(before, "It was asked for anew.", actor),
            LedgerKind.ApprovalRequested,
            actor,
            $"{Terms(next, next.Percent)}, uploaded by {next.By ?? "somebody unknown"}");
    }

    /// <summary>Counts a principal once: the last word holds.</summary>
    public static ApprovalAct? Approve(ApprovalPolicy policy, ApprovalRequest request, string by, int percent, DateTimeOffset now)
    {
        var (current, voided) = UnderPolicy(policy, request, by);
        if (current.Approvals.Any(given => given.By == by && given.Percent == percent && !ApprovalRule.IsExpired(policy, given, now)))
        {
            return null;
        }

        // Those whose time was over before there were enough have no part in what is granted now.
        var others = current.Approvals.Where(given => given.By != by && (current.Granted > 0 || !ApprovalRule.IsExpired(policy, given, now)));
        var next = Count(policy, current, [.. others, new Approval(by, percent, now)], now);
        var given = Tell(next, voided, LedgerKind.ApprovalGiven, by, Terms(next, percent));
        return next.Granted <= current.Granted ? given : Tell(
            next,
            given.Ledger,
            LedgerKind.ApprovalGranted,
            by,
            $"{Terms(next, next.Granted)}, {policy.Required} required of {policy.Approvers.Length}, given by {string.Join(", ", next.Approvals.Select(approval => approval.By))}");
    }

    /// <summary>Takes an approval back. What the channel offers already stays.</summary>
    public static ApprovalAct? Withdraw(ApprovalPolicy policy, ApprovalRequest request, string by, DateTimeOffset now)
    {
        var (current, voided) = UnderPolicy(policy, request, by);
        if (current.Approvals.All(given => given.By != by))
        {
            return voided.IsEmpty ? null : new(current, voided);
        }

        var next = Count(policy, current, current.Approvals.RemoveAll(given => given.By == by), now);
        return Tell(next, voided, LedgerKind.ApprovalWithdrawn, by, Terms(next, next.Granted));
    }

    /// <summary>Decides against it: what was given is void, and the upload is refused.</summary>
    public static ApprovalAct? Decline(ApprovalRequest request, string by, string reason, DateTimeOffset now) => request.Declined is not null ? null : Tell(
        request with { Approvals = [], Granted = 0, BreakGlass = null, Declined = new SoleDecision(by, reason, now) },
        [],
        LedgerKind.ApprovalDeclined,
        by,
        $"sha256 {request.Sha256}: {reason}");

    /// <summary>Lifts the need for approvals of this request.</summary>
    public static ApprovalAct? BreakGlass(ApprovalPolicy policy, ApprovalRequest request, string by, string reason, DateTimeOffset now)
    {
        var (current, voided) = UnderPolicy(policy, request, by);
        return current.BreakGlass is not null ? null : Tell(
            current with { Granted = 100, BreakGlass = new SoleDecision(by, reason, now) },
            voided,
            LedgerKind.ApprovalBreakGlass,
            by,
            $"{Terms(current, 100)}, with {current.Approvals.Length} of {policy.Required} approvals: {reason}");
    }

    /// <summary>The channel leads devices to it from now on.</summary>
    public static ApprovalAct? Use(ApprovalRequest request, string actor, DateTimeOffset now) => request is { UsedAt: not null, Upload: null } ? null : Tell(
        request with { UsedAt = request.UsedAt ?? now, Upload = null }, [], LedgerKind.ApprovalUsed, actor, Terms(request, request.Granted));

    /// <summary>The request as far as it was made under this policy.</summary>
    private static (ApprovalRequest Request, ImmutableArray<LedgerEntry> Voided) UnderPolicy(ApprovalPolicy policy, ApprovalRequest request, string actor)
    {
        if (request.Policy == policy.Number)
        {
            return (request, []);
        }

        var cleared = request with { Policy = policy.Number, Approvals = [], Granted = 0, BreakGlass = null };
        return (cleared, Voided(request, "The channel's policy changed.", actor, cleared));
    }

    private static ApprovalRequest Count(ApprovalPolicy policy, ApprovalRequest request, ImmutableArray<Approval> approvals, DateTimeOffset now) => request with
    {
        Approvals = approvals,
        Granted = request.BreakGlass is null ? ApprovalRule.Grant(policy, approvals, request.Granted, now) : request.Granted,
    };

    private static ImmutableArray<LedgerEntry> Voided(ApprovalRequest? before, string why, string actor, ApprovalRequest? after = null) => before is null or { Approvals: [], Granted: 0 }
        ? []
        : [Entry(after ?? before, LedgerKind.ApprovalVoided, actor, $"{Terms(before, before.Granted)}, given by {string.Join(", ", before.Approvals.Select(approval => approval.By))}: {why}")];

    private static string Terms(ApprovalRequest request, int percent) => new ApprovalTerms(request.Sha256, percent, request.Policy).ToString();

    private static ApprovalAct Tell(ApprovalRequest next, ImmutableArray<LedgerEntry> before, string kind, string actor, string words) =>
        new(next, [.. before, Entry(next, kind, actor, words)]);

    private static LedgerEntry Entry(ApprovalRequest request, string kind, string actor, string words) =>
        new(kind, actor, request.Subject(), RowDigest.Tell(words, JsonSerializer.Serialize(request, PipelineJson.Default.ApprovalRequest)));
}
