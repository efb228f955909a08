using Serverless.Storage;

namespace Serverless.Tests.Unit.Storage;

public sealed class SharedCacheTests : IDisposable
{
    private readonly SharedCache<string, int> _cache = new(capacity: 10, TimeSpan.FromMinutes(1));
    private int _made;

    [Fact]
    public async Task However_many_ask_at_once_it_is_made_once()
    {
        var gate = new TaskCompletionSource<int>();
        await AskAsync("warm", () => Task.FromResult(0));

        var waiting = Enumerable.Range(0, 50).Select(_ => AskAsync("key", () => gate.Task)).ToArray();
        gate.SetResult(7);

        Assert.All(await Task.WhenAll(waiting), value => Assert.Equal(7, value));
        Assert.Equal(2, _made);
    }

    [Fact]
    public async Task What_could_not_be_made_is_tried_again()
    {
        await Assert.ThrowsAsync<IOException>(() => AskAsync("key", () => Task.FromException<int>(new IOException("no"))));

        Assert.Equal(3, await AskAsync("key", () => Task.FromResult(3)));
        Assert.Equal(2, _made);
    }

    [Fact]
    public async Task What_is_larger_than_the_whole_cache_is_made_each_time()
    {
        await AskAsync("key", () => Task.FromResult(1), size: 11);
        await AskAsync("key", () => Task.FromResult(1), size: 11);

        Assert.Equal(2, _made);
    }

    public void Dispose() => _cache.Dispose();

    private async Task<int> AskAsync(string key, Func<Task<int>> make, long size = 1) => await _cache.GetAsync(
        key,
        size,
        () =>
        {
            _made++;
            return make();
        });
}
