using Serverless.Rollouts;

namespace Serverless.Tests.Unit.Rollouts;

public sealed class CohortsTests
{
    private static readonly Cohorts Some = new(TestRollouts.To("1.1.0"), TestRollouts.Pepper);

    [Fact]
    public void Cohorts_hold_equal_shares_of_the_fleet()
    {
        var tenths = TestRollouts.Devices.CountBy(device => Some.Of(device) / 1000).ToDictionary();

        // 2,000 of 20,000 are expected in each; five standard deviations are 212.
        Assert.Equal(Enumerable.Range(0, 10), tenths.Keys.Order());
        Assert.All(tenths.Values, count => Assert.InRange(count, 1788, 2212));
    }

    [Fact]
    public void Device_stays_in_its_cohort_whatever_the_rollout_comes_to()
    {
        var later = TestRollouts.To("1.1.0").Raise(50, TestRollouts.Noon)!.Replace(Words.Version("1.1.1"), TestRollouts.Noon).Pause();

        var cohorts = new Cohorts(later, TestRollouts.Pepper);

        Assert.All(TestRollouts.Devices.Take(100), device => Assert.Equal(Some.Of(device), cohorts.Of(device)));
    }

    [Fact]
    public void Next_rollout_begins_with_other_devices()
    {
        var next = new Cohorts(TestRollouts.To("1.2.0", id: "production-9"), TestRollouts.Pepper);

        var first = TestRollouts.Devices.Where(device => Some.Of(device) < 500).ToArray();

        // About 50 of the 1,000 devices of the first 5 % are among the first 5 % again.
        Assert.InRange(first.Count(device => next.Of(device) < 500), 15, 100);
    }

    [Fact]
    public void Nobody_without_the_pepper_can_tell_a_cohort()
    {
        var other = new Cohorts(TestRollouts.To("1.1.0"), new([.. Enumerable.Repeat((byte)1, 32)]));

        Assert.InRange(TestRollouts.Devices.Count(device => Some.Of(device) == other.Of(device)), 0, 20);
    }

    /// <summary>Made by another implementation: Python's <c>hmac</c>. Devices must not change sides because the server was updated.</summary>
    [Theory]
    [InlineData(1, 8478)]
    [InlineData(2, 5100)]
    public void Cohort_is_the_same_for_ever(int device, int cohort) => Assert.Equal(cohort, Some.Of(Words.Device(device)));
}
