namespace Serverless.Hosts.Standalone.Listeners;

/// <summary>Waits that double from 100 ms up to a longest one.</summary>
internal sealed class Backoff(TimeSpan longest)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);

    private TimeSpan _next = Shortest;

    public TimeSpan Next()
    {
        var wait = _next < longest ? _next : longest;
        _next = wait * 2;
        return wait;
    }

    public void Reset() => _next = Shortest;
}
