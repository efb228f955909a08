using CsCheck;
using Serverless.Rollbacks;
using Serverless.Rollbacks.Decisions;

namespace Serverless.Tests.Unit.Rollbacks.Decisions;

/// <summary>The e-values: what they are worth, and that nothing drives them out of bounds.</summary>
public sealed class EvidenceTests
{
    private static readonly RollbackOptions Defaults = new();

    private static readonly Arm HeldBack = new(10_000, 50);

    private static readonly Gen<double> AnyRate = Gen.Double[1e-4, 1.5];

    // What a fair game is: the mean over all outcomes of the next devices is 1, whatever the rate it is played at.
    [Theory]
    [InlineData(0.01)]
    [InlineData(0.055)]
    [InlineData(0.5)]
    public void Evidence_against_a_true_null_is_one_on_average(double nullRate)
    {
        const int Devices = 40;

        var mean = Enumerable.Range(0, Devices + 1).Sum(failed =>
            Binomial(Devices, failed) * Math.Exp(new Arm(Devices, failed).LogLikelihood(nullRate) + CandidateEvidence.Log(new Arm(Devices, failed), nullRate)));

        Assert.Equal(1, mean, 1e-9);
    }

    [Theory]
    [InlineData(0.005, 0.01)]
    [InlineData(0.1, 0.105)]
    [InlineData(0.5, 0.505)]
    public void Evidence_beside_a_live_control_is_one_at_most_on_average(double stable, double candidate)
    {
        const int Devices = 30;

        var mean = (from failed in Enumerable.Range(0, Devices + 1)
                    from liveFailed in Enumerable.Range(0, Devices + 1)
                    let arm = new Arm(Devices, failed)
                    let live = new Arm(Devices, liveFailed)
                    select Binomial(Devices, failed) * Binomial(Devices, liveFailed) * Math.Exp(
                        arm.LogLikelihood(candidate) + live.LogLikelihood(stable) + LiveControlEvidence.Log(arm, live, Evidence.LongHistory, Defaults))).Sum();

        Assert.InRange(mean, 0, 1);
    }

    [Fact]
    public void Nothing_seen_speaks_for_neither_side()
    {
        Assert.Equal(0, CandidateEvidence.Log(default, 0.01), 1e-12);
        Assert.Equal(0, LiveControlEvidence.Log(default, default, default, Defaults), 1e-9);
    }

    [Fact]
    public void Evidence_is_finite() => Gen.Select(Evidence.AnyArms, AnyRate).Sample((arms, rate) =>
        double.IsFinite(CandidateEvidence.Log(arms.Candidate, rate))
        && double.IsFinite(LiveControlEvidence.Log(arms.Candidate, arms.Live ?? HeldBack, arms.History, Defaults)));

    [Fact]
    public void A_failure_more_adds_evidence() => Gen.Select(Evidence.AnyArms, AnyRate).Sample((arms, rate) =>
    {
        var worse = arms.Candidate with { Failed = Math.Min(arms.Candidate.Failed + 1, arms.Candidate.Devices) };
        return IsAtMost(CandidateEvidence.Log(arms.Candidate, rate), CandidateEvidence.Log(worse, rate))
            && IsAtMost(Beside(arms, arms.Candidate), Beside(arms, worse));
    });

    [Fact]
    public void A_device_that_did_not_fail_adds_none() => Gen.Select(Evidence.AnyArms, AnyRate).Sample((arms, rate) =>
    {
        var larger = arms.Candidate with { Devices = arms.Candidate.Devices + 1 };
        return IsAtMost(CandidateEvidence.Log(larger, rate), CandidateEvidence.Log(arms.Candidate, rate))
            && IsAtMost(Beside(arms, larger), Beside(arms, arms.Candidate));
    });

    [Fact]
    public void Evidence_beside_a_control_is_never_more_than_against_one_share_of_it() => Gen.Select(Evidence.AnyArms, Gen.Double[0.001, 0.9]).Sample((arms, rate) =>
    {
        var live = arms.Live ?? HeldBack;
        return rate < live.Rate
            || IsAtMost(Beside(arms, arms.Candidate), LiveControlEvidence.LogAgainst(rate, arms.Candidate, live, arms.History, Defaults));
    });

    [Fact]
    public void A_history_is_bounded_from_above() => Evidence.AnyArm.Sample(history =>
        HistoryRate.UpperBound(history, 0.001) is var bound && bound >= history.Rate && bound <= 1);

    [Theory]
    [InlineData(0, 0, 1.0)]
    [InlineData(10, 10, 1.0)]
    [InlineData(100, 0, 0.066746)] // 1 - 0.001^(1/100)
    [InlineData(1000, 0, 0.006884)]
    public void Bound_of_a_history_without_failures_is_the_exact_one(long devices, long failed, double bound) =>
        Assert.Equal(bound, HistoryRate.UpperBound(new Arm(devices, failed), 0.001), 1e-5);

    [Theory]
    [InlineData(0, 0, 0.05)]
    [InlineData(20, 1, 0.05)]
    [InlineData(100_000, 0, 0.005)]
    public void A_short_history_is_assumed_and_a_spotless_one_floored(long devices, long failed, double rate) =>
        Assert.Equal(rate, HistoryRate.Of(new Arm(devices, failed), 0.001, Defaults).Rate, 1e-12);

    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(0.5, 0.5, 1.1447298858494002)] // ln π
    [InlineData(2, 3, -2.4849066497880004)] // ln 1/12
    [InlineData(100, 1, -4.605170185988092)] // ln 1/100
    public void Logarithm_of_the_beta_function_is_right(double a, double b, double expected) => Assert.Equal(expected, LogMath.Beta(a, b), 1e-10);

    private static double Beside(ArmEvidence arms, Arm candidate) =>
        LiveControlEvidence.Log(candidate, arms.Live ?? HeldBack, arms.History, Defaults);

    // Sums of a hundred million terms keep seven digits after the point.
    private static bool IsAtMost(double less, double more) => less <= more + 1e-6 + (1e-9 * Math.Abs(more));

    private static double Binomial(int devices, int failed) =>
        Enumerable.Range(1, failed).Aggregate(1.0, (product, i) => product * (devices - failed + i) / i);
}
