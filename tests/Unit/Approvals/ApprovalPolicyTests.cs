using CsCheck;
using Serverless.Approvals;
using Serverless.Channels;
using Serverless.Tests.Unit.Releases;

namespace Serverless.Tests.Unit.Approvals;

public sealed class ApprovalPolicyTests
{
    private static readonly Channel Production = Channel.New(ChannelName.Production, id: 1);

    [Fact]
    public void Policy_is_read_back_from_the_words_of_the_ledger_whatever_its_approvers_are_called() => Gen.String[1, 20].Array[1, 5].Sample(ids =>
    {
        var set = ApprovalActs.SetPolicy(Production, new ApprovalSettings(1, [.. ids], TimeSpan.FromHours(5), false).ToPolicy(7), "token:root");

        var replayed = ApprovalActs.ReplayPolicy(Production, set.Ledger[0].Why);

        Assert.Equal(set.Channel.Approvals!.Approvers, replayed!.Approvals!.Approvers);
        Assert.Equal((7L, 1, TimeSpan.FromHours(5), false), (replayed.Approvals.Number, replayed.Approvals.Required, replayed.Approvals.ExpiresAfter, replayed.Approvals.UploaderMayApprove));
    });

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("2 of ann and ben")]
    [InlineData("""{"number":7,"required":1,"approvers":null,"expiresAfter":"05:00:00","uploaderMayApprove":true}""")]
    [InlineData("""{"number":7, "required":1,"approvers":["ann"],"expiresAfter":"05:00:00","uploaderMayApprove":true}""")]
    public void Other_words_are_no_policy(string words) => Assert.Null(ApprovalActs.ReplayPolicy(Production, words));

    [Fact]
    public void No_policy_is_read_back_too() =>
        Assert.Null(ApprovalActs.ReplayPolicy(Production with { Approvals = new ApprovalSettings(1, ["ann"]).ToPolicy(1) }, ApprovalActs.SetPolicy(Production, null, "token:root").Ledger[0].Why)!.Approvals);

    [Theory]
    [InlineData(2, "ann", "required")]
    [InlineData(-1, "ann", "required")]
    [InlineData(0, "ann", "required")]
    [InlineData(1, "ann,ann", "approvers")]
    [InlineData(1, "ann, ben", "approvers")]
    [InlineData(1, "ann,", "approvers")]
    [InlineData(1, "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21", "approvers")]
    public void Settings_that_nobody_can_follow_are_refused(int required, string approvers, string member) =>
        Assert.Equal(("invalid_member", member), (new ApprovalSettings(required, [.. approvers.Split(',')]).FindProblem()?.Code, new ApprovalSettings(required, [.. approvers.Split(',')]).FindProblem()?.Member));

    [Theory]
    [InlineData("00:00:59", false)]
    [InlineData("00:01:00", true)]
    [InlineData("90.00:00:00", true)]
    [InlineData("90.00:00:01", false)]
    public void Approvals_wait_between_a_minute_and_90_days(string time, bool isSound) =>
        Assert.Equal(isSound, new ApprovalSettings(1, ["ann"], TimeSpan.Parse(time, System.Globalization.CultureInfo.InvariantCulture)).FindProblem() is null);

    [Fact]
    public void Terms_are_read_back()
    {
        var terms = new ApprovalTerms(TestReleases.Digest("1.1.0"), 25, 7);

        Assert.Equal(terms, ApprovalTerms.Parse($"{terms}, given by ann"));
        Assert.Null(ApprovalTerms.Parse($"it is about {terms}"));
    }
}
