using CsCheck;
using Serverless.Rollbacks;
using Serverless.Rollbacks.Decisions;

namespace Serverless.Tests.Unit.Rollbacks.Decisions;

public sealed class DecisionBoundaryTests
{
    private const int Pictures = 50;

    private static readonly RollbackOptions Options = new();

    private static readonly Gen<ArmEvidence> Evidence = Gen.Select(Gen.Long[0, 5000], Gen.Long[0, 5000], Gen.Long[0, 400], Gen.Bool, (devices, history, live, isLive) => new ArmEvidence
    {
        Candidate = new Arm(devices, devices / 50),
        History = new Arm(history, history / 200),
        Live = isLive ? new Arm(live, live / 100) : null,
    });

    [Fact]
    public void Each_point_decides_and_one_failure_fewer_does_not() => Evidence.Sample(
        evidence =>
        {
            var level = ErrorBudget.Overall(Options.Alpha);
            var boundary = DecisionBoundary.Of(evidence, level, Options);

            Assert.NotEmpty(boundary);
            Assert.All(boundary, point =>
            {
                Assert.True(Rejects(point.Devices, point.Failed));
                Assert.False(Rejects(point.Devices, point.Failed - 1));
            });
            Assert.Equal(Math.Max(64, evidence.Candidate.Devices * 2), boundary[^1].Devices);

            bool Rejects(long devices, long failed) => Judgement.Of(evidence with { Candidate = new Arm(devices, failed) }, level, Options).Rejects;
        },
        iter: Pictures);
}
