using System.Collections.Immutable;
using Serverless.Approvals;
using Serverless.Audits;
using Serverless.Channels;
using Serverless.Ledger;
using Serverless.Releases;
using Serverless.Tests.Unit.Releases;
using Serverless.Tests.Unit.Rollouts;

namespace Serverless.Tests.Unit.Approvals;

/// <summary>An auditor counts the approvals in the ledger, and believes no channel that went forward without them.</summary>
public sealed class ApprovalAuditTests
{
    private static readonly ApprovalPolicy Policy = new ApprovalSettings(2, ["ann", "ben", "cem"]).ToPolicy(7)!;
    private static readonly LedgerEntry Moved = new(LedgerKind.ChannelMoved, "intake", "production", "from 1.0.0 to 1.1.0");

    private static readonly ApprovalRequest Asked = new()
    {
        Channel = ChannelName.Production,
        Version = Words.Version("1.1.0"),
        Sha256 = TestReleases.Digest("1.1.0"),
        AskedAt = TestRollouts.Noon,
        Percent = 100,
        Policy = 7,
    };

    [Fact]
    public void Two_approvals_of_the_policy_are_enough() => Assert.True(IsBelieved(Approve("ann", "ben"), Moved));

    [Fact]
    public void One_that_was_given_twice_and_one_of_a_stranger_are_not()
    {
        Assert.False(IsBelieved([], Moved));
        Assert.False(IsBelieved(Approve("ann", "ann"), Moved));
        Assert.False(IsBelieved([.. Approve("ann"), Given("mallory", Asked.Sha256, 100, 7)], Moved));
    }

    [Fact]
    public void Approvals_of_other_bytes_a_smaller_share_or_an_older_policy_are_not()
    {
        Assert.False(IsBelieved([.. Approve("ann"), Given("ben", TestReleases.Digest("other"), 100, 7)], Moved));
        Assert.False(IsBelieved([.. Approve("ann"), Given("ben", Asked.Sha256, 50, 7)], Moved));
        Assert.False(IsBelieved([.. Approve("ann"), Given("ben", Asked.Sha256, 100, 6)], Moved));
    }

    [Fact]
    public void What_was_withdrawn_or_declined_counts_no_more()
    {
        var withdrawn = ApprovalActs.Withdraw(Policy, Request("ann", "ben"), "ben", TestRollouts.Noon)!.Ledger;
        var declined = ApprovalActs.Decline(Request("ann", "ben"), "cem", "No.", TestRollouts.Noon)!.Ledger;

        Assert.False(IsBelieved([.. Approve("ann", "ben"), .. withdrawn], Moved));
        Assert.False(IsBelieved([.. Approve("ann", "ben"), .. declined], Moved));
    }

    [Fact]
    public void Broken_glass_and_a_recovery_are_believed()
    {
        Assert.True(IsBelieved(ApprovalActs.BreakGlass(Policy, Asked, "root", "It burns.", TestRollouts.Noon)!.Ledger, Moved));
        Assert.True(IsBelieved([], Moved with { Actor = "recovery" }));
    }

    private static bool IsBelieved(ImmutableArray<LedgerEntry> said, LedgerEntry act)
    {
        var facts = new LedgerFacts();
        LedgerEntry[] before =
        [
            new(LedgerKind.ChannelCreated, "intake", "production", "public"),
            new(LedgerKind.ChannelMoved, "intake", "production", "from builtin to 1.0.0"),
            .. ApprovalActs.SetPolicy(Channel.New(ChannelName.Production, 1), Policy, "root").Ledger,
            .. said,
        ];
        Assert.All(before, entry => Assert.True(facts.Apply(Document(entry)), $"{entry}"));
        return facts.Apply(Document(act));
    }

    private static ImmutableArray<LedgerEntry> Approve(params string[] approvers) => [.. Walk(approvers).SelectMany(act => act.Ledger)];

    private static ApprovalRequest Request(params string[] approvers) => Walk(approvers).Last().Request;

    private static IEnumerable<ApprovalAct> Walk(string[] approvers)
    {
        var request = Asked;
        foreach (var approver in approvers)
        {
            if (ApprovalActs.Approve(Policy, request, approver, 100, TestRollouts.Noon) is { } act)
            {
                request = act.Request;
                yield return act;
            }
        }
    }

    private static LedgerEntry Given(string by, Sha256Digest sha256, int percent, long policy) =>
        new(LedgerKind.ApprovalGiven, by, "production/1.1.0", RowDigest.Tell($"{new ApprovalTerms(sha256, percent, policy)}", "{}"));

    private static LedgerDocument Document(LedgerEntry entry) => new(1, TestRollouts.Noon, entry.Kind, entry.Actor, entry.Subject, entry.Why);
}
