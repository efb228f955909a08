using Serverless.Tests.Support;

namespace Serverless.Tests.Fixtures;

public sealed class EventuallyTests
{
    [Fact]
    public async Task Condition_is_polled_until_it_holds()
    {
        var polls = 0;

        await Eventually.True(() => ++polls == 3, "It should have been asked thrice.", TimeSpan.FromSeconds(30));

        Assert.Equal(3, polls);
    }

    [Fact]
    public async Task Failure_is_a_sentence()
    {
        var failure = await Assert.ThrowsAsync<TimeoutException>(
            () => Eventually.True(() => false, "The moon should have risen.", TimeSpan.Zero));

        Assert.Equal("The moon should have risen. Still not so after 0 s.", failure.Message);
    }
}
