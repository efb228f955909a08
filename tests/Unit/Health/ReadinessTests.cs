using Azure;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Serverless.Health;

namespace Serverless.Tests.Unit.Health;

/// <summary>What load balancers are told.</summary>
public sealed class ReadinessTests
{
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Instance_is_ready_when_every_check_is_well()
    {
        var answer = await AskAsync(_ => Task.FromResult<string?>(null), _ => Task.FromResult<string?>(null));

        Assert.Equal(("ready", true), (answer.Status, answer.IsReady));
        Assert.All(answer.Checks, check => Assert.Equal(("ok", null), (check.Status, check.Message)));
    }

    [Fact]
    public async Task Instance_is_not_ready_for_one_check_that_says_why()
    {
        var answer = await AskAsync(_ => Task.FromResult<string?>(null), _ => Task.FromResult<string?>("It rains."));

        Assert.Equal(("not_ready", false), (answer.Status, answer.IsReady));
        Assert.Equal([null, "It rains."], answer.Checks.Select(check => check.Message));
    }

    [Fact]
    public async Task Cause_repeats_nothing_of_what_storage_says()
    {
        var answer = await AskAsync(_ => Task.FromException<string?>(new RequestFailedException(403, "https://account.example/?sig=secret")));

        Assert.Equal("The storage account does not do what is asked; the log says why.", Assert.Single(answer.Checks).Message);
    }

    [Fact]
    public async Task Check_that_does_not_answer_is_waited_for_until_its_deadline()
    {
        var asked = new TaskCompletionSource();
        var asking = AskAsync(cancellation =>
        {
            asked.SetResult();
            return Task.Delay(Timeout.Infinite, cancellation).ContinueWith(_ => (string?)null, cancellation, TaskContinuationOptions.None, TaskScheduler.Default);
        });
        await asked.Task.WaitAsync(Cancellation);

        _time.Advance(Readiness.Deadline);

        Assert.Equal("There was no answer within 3 seconds.", Assert.Single((await asking).Checks).Message);
    }

    [Fact]
    public async Task Checks_are_asked_once_in_a_while_however_many_ask()
    {
        var asked = 0;
        using var readiness = New(_ => Task.FromResult<string?>(++asked == 1 ? "It rains." : null));

        var first = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => readiness.AskAsync(Cancellation)));
        _time.Advance(Readiness.Trust);
        var later = await readiness.AskAsync(Cancellation);

        Assert.All(first, answer => Assert.False(answer.IsReady));
        Assert.Equal((2, true), (asked, later.IsReady));
    }

    private async Task<ReadinessAnswer> AskAsync(params IEnumerable<Func<CancellationToken, Task<string?>>> checks)
    {
        using var readiness = New(checks);
        return await readiness.AskAsync(Cancellation);
    }

    private Readiness New(params IEnumerable<Func<CancellationToken, Task<string?>>> checks) =>
        new(checks.Select(find => new CheckStub(find)), _time, NullLogger<Readiness>.Instance);

    private sealed class CheckStub(Func<CancellationToken, Task<string?>> find) : IReadinessCheck
    {
        public string Name => "stub";

        public Task<string?> FindFaultAsync(CancellationToken cancellation) => find(cancellation);
    }
}
